package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.model.IpFamily;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Completes the objects of a scenario. A whole manifest (one with `apiVersion`) stays as it is;
/// the forms `Service: NAME`, `EndpointSlice: NAME` and `Node: NAME` get what an API server, a
/// controller and the [Cast] would fill in.
final class ObjectForms {
    private static final Instant FIRST_CREATED = Instant.parse("2026-01-01T00:00:00Z");

    private final String namespace;
    private final Set<IpFamily> families;
    private final Cast cast;
    private final Map<ObjectName, Instant> created = new HashMap<>();

    ObjectForms(String namespace, Set<IpFamily> families, Cast cast) {
        this.namespace = namespace;
        this.families = families;
        this.cast = cast;
    }

    /// The objects that a form stands for: an EndpointSlice form may be one of each family.
    List<ObjectNode> complete(ObjectNode form) {
        List<ObjectNode> objects;
        if (form.has("apiVersion")) {
            objects = List.of(form.deepCopy());
        } else if (form.has("Service")) {
            objects = List.of(new ServiceForm(families).complete(form));
        } else if (form.has("EndpointSlice")) {
            objects = new SliceForm(families, cast).complete(form);
        } else if (form.has("Node")) {
            objects = List.of(node(form.path("Node").asText(), form.path("zone").asText()));
        } else {
            throw new ScenarioException(
                    "an object starts with apiVersion, Service, EndpointSlice or Node, not "
                            + form);
        }
        objects.forEach(this::addOrigin);
        return objects;
    }

    /// `Service web`, `EndpointSlice web`: names of objects of this scenario.
    List<ObjectName> names(String text) {
        int space = text.indexOf(' ');
        if (space < 0) {
            throw new ScenarioException(text + " (expected: a kind and a name)");
        }
        String kind = text.substring(0, space);
        String name = text.substring(space + 1);
        int slash = name.indexOf('/');
        if (slash >= 0) {
            return List.of(
                    new ObjectName(kind, name.substring(0, slash), name.substring(slash + 1)));
        }
        return List.of(new ObjectName(kind, namespace, name));
    }

    /// What must be deleted for a name: the slices of all families that a form has made.
    List<ObjectName> made(String text) {
        List<ObjectName> all = new ArrayList<>();
        for (ObjectName name : names(text)) {
            var six = new ObjectName(name.kind(), name.namespace(), SliceForm.ipv6(name.name()));
            for (ObjectName candidate : List.of(name, six)) {
                if (created.containsKey(candidate)) {
                    all.add(candidate);
                }
            }
        }
        if (all.isEmpty()) {
            throw new ScenarioException(text + " is not there to be deleted");
        }
        return all;
    }

    private void addOrigin(ObjectNode object) {
        ObjectNode metadata =
                object.get("metadata") instanceof ObjectNode present
                        ? present
                        : object.putObject("metadata");
        if (!object.path("kind").asText().equals("Node") && !metadata.has("namespace")) {
            metadata.put("namespace", namespace);
        }
        if (!metadata.has("creationTimestamp")) {
            Instant time =
                    created.computeIfAbsent(
                            ObjectName.of(object), _ -> FIRST_CREATED.plusSeconds(created.size()));
            metadata.put("creationTimestamp", time.toString());
        } else {
            created.putIfAbsent(ObjectName.of(object), FIRST_CREATED);
        }
    }

    private ObjectNode node(String name, String zone) {
        return Nodes.object(cast, name, zone);
    }

    static ObjectNode manifest(String apiVersion, String kind, String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", apiVersion);
        object.put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }

    /// Takes labels and annotations of a form over into the manifest.
    static void copyMetadata(ObjectNode form, ObjectNode manifest) {
        ObjectNode metadata = (ObjectNode) manifest.get("metadata");
        for (String field : List.of("labels", "annotations")) {
            if (form.get(field) instanceof ObjectNode map) {
                metadata.withObjectProperty(field).setAll(map);
            }
        }
    }

    /// @throws ScenarioException if a form has a field that means nothing
    static void allowOnly(ObjectNode form, String... fields) {
        Set<String> allowed = Set.of(fields);
        for (var field : form.properties()) {
            if (!allowed.contains(field.getKey())) {
                throw new ScenarioException(
                        "unknown field " + field.getKey() + "; known are " + allowed);
            }
        }
    }

    static List<JsonNode> list(JsonNode value) {
        List<JsonNode> items = new ArrayList<>();
        if (value instanceof ArrayNode array) {
            array.forEach(items::add);
        } else if (!value.isMissingNode() && !value.isNull()) {
            items.add(value);
        }
        return items;
    }
}
