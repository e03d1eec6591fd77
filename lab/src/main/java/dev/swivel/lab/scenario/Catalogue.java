package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.lab.scenario.Scenario.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All scenarios: the YAML files in `/scenarios`. What they may hold is said in
/// `/scenarios/README.md`.
public final class Catalogue {
    /// The files, in the order in which to read them.
    private static final List<String> TOPICS =
            List.of(
                    "cluster-ip",
                    "node-port",
                    "load-balancer",
                    "external-ip",
                    "endpoints",
                    "topology",
                    "policy-local",
                    "local-traffic",
                    "source-ranges",
                    "affinity",
                    "no-endpoints",
                    "changes",
                    "families",
                    "scale",
                    "bad-input");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final Cast cast;

    private Catalogue(Cast cast) {
        this.cast = cast;
    }

    /// @throws ScenarioException if a scenario cannot be read
    public static List<Scenario> load() {
        List<Scenario> all = new ArrayList<>();
        for (String topic : TOPICS) {
            all.addAll(load(topic));
        }
        return List.copyOf(all);
    }

    private static List<Scenario> load(String topic) {
        String file = "/scenarios/" + topic + ".yaml";
        try (InputStream stream = Catalogue.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new ScenarioException(file + " is missing");
            }
            return read(topic, YAML.readTree(stream));
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    /// Reads a list of scenarios.
    static List<Scenario> read(String topic, JsonNode document) {
        List<Scenario> scenarios = new ArrayList<>();
        Set<String> names = new HashSet<>();
        var catalogue = new Catalogue(Cast.standard());
        for (JsonNode each : document) {
            String name = each.path("name").asText();
            try {
                if (name.isEmpty() || !names.add(name)) {
                    throw new ScenarioException("a scenario has a name of its own");
                }
                String namespace = topic + "-" + scenarios.size();
                scenarios.add(catalogue.scenario(topic, namespace, (ObjectNode) each));
            } catch (RuntimeException e) {
                throw new ScenarioException(topic + ": " + name + ": " + e.getMessage(), e);
            }
        }
        return scenarios;
    }

    private Scenario scenario(String topic, String namespace, ObjectNode form) {
        ObjectForms.allowOnly(
                form,
                "name",
                "why",
                "config",
                "families",
                "objects",
                "carried",
                "packets",
                "then",
                "problems");
        if (form.path("why").asText().isEmpty()) {
            throw new ScenarioException("say why");
        }
        Set<IpFamily> families =
                Set.copyOf(Families.named(form.path("families"), EnumSet.allOf(IpFamily.class)));
        var objects = new ObjectForms(namespace, families, cast);
        var packets = new PacketForm(families, cast);
        List<Step> steps = new ArrayList<>();
        steps.add(step(form, "objects", objects, packets, families));
        for (JsonNode then : ObjectForms.list(form.path("then"))) {
            ObjectForms.allowOnly((ObjectNode) then, "why", "apply", "delete", "packets");
            steps.add(step((ObjectNode) then, "apply", objects, packets, families));
        }
        return new Scenario(
                topic,
                form.path("name").asText(),
                form.path("why").asText(),
                namespace,
                form.get("config") instanceof ObjectNode config
                        ? config
                        : JsonNodeFactory.instance.objectNode(),
                families,
                steps,
                problems(form, objects));
    }

    private static Step step(
            ObjectNode form,
            String field,
            ObjectForms objects,
            PacketForm packets,
            Set<IpFamily> families) {
        List<ObjectName> deleted = new ArrayList<>();
        ObjectForms.list(form.path("delete"))
                .forEach(each -> deleted.addAll(objects.made(each.asText())));
        List<ObjectNode> applied = new ArrayList<>();
        ObjectForms.list(form.path(field))
                .forEach(each -> applied.addAll(objects.complete((ObjectNode) each)));
        List<SentPacket> sent = new ArrayList<>();
        ObjectForms.list(form.path("packets"))
                .forEach(each -> sent.addAll(packets.packets((ObjectNode) each)));
        return new Step(applied, deleted, carried(form.path("carried"), families), sent);
    }

    private static Map<String, List<String>> carried(JsonNode form, Set<IpFamily> families) {
        Map<String, List<String>> carried = new HashMap<>();
        for (var field : form.properties()) {
            List<String> addresses = new ArrayList<>();
            for (JsonNode each : ObjectForms.list(field.getValue())) {
                var address = IpAddress.of(each.asText());
                for (IpFamily family : families) {
                    addresses.add(
                            (family == IpFamily.IPV4 ? address : Twins.of(address)).toString());
                }
            }
            carried.put(field.getKey(), List.copyOf(addresses));
        }
        return carried;
    }

    private static Map<ObjectName, List<String>> problems(ObjectNode form, ObjectForms objects) {
        Map<ObjectName, List<String>> problems = new HashMap<>();
        for (var field : form.path("problems").properties()) {
            List<String> reasons =
                    ObjectForms.list(field.getValue()).stream()
                            .map(JsonNode::asText)
                            .sorted()
                            .toList();
            objects.names(field.getKey()).forEach(name -> problems.put(name, reasons));
        }
        return problems;
    }
}
