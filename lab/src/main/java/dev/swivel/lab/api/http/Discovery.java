package dev.swivel.lab.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.api.store.StatusException;
import java.util.List;

/// What the server says about itself: version, groups, resources.
final class Discovery {
    private static final List<String> READ_VERBS = List.of("get", "list", "watch");
    private static final List<String> ALL_VERBS =
            List.of(
                    "create",
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "update",
                    "watch");

    private Discovery() {}

    static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "36")
                .put("emulationMajor", "1")
                .put("emulationMinor", "36")
                .put("minCompatibilityMajor", "1")
                .put("minCompatibilityMinor", "35")
                .put("gitVersion", "v1.36.0-swivel-lab")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "none")
                .put("compiler", "javac")
                .put("platform", "linux/amd64");
    }

    static ObjectNode coreVersions(String address) {
        var versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", address);
        return versions;
    }

    static ObjectNode groups() {
        var list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        var groups = list.putArray("groups");
        groupNames().forEach(name -> groups.add(describe(name)));
        return list;
    }

    static List<String> groupNames() {
        return ResourceTypes.all().stream()
                .map(ResourceType::group)
                .filter(group -> !group.isEmpty())
                .distinct()
                .toList();
    }

    static ObjectNode group(String name) {
        if (!groupNames().contains(name)) {
            throw StatusException.noSuchPath();
        }
        var group = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
        return group.setAll(describe(name));
    }

    private static ObjectNode describe(String name) {
        var group = Json.object().put("name", name);
        group.putArray("versions").add(groupVersion(name));
        group.set("preferredVersion", groupVersion(name));
        return group;
    }

    private static ObjectNode groupVersion(String name) {
        return Json.object().put("groupVersion", name + "/v1").put("version", "v1");
    }

    static ObjectNode resources(String group, String version) {
        var types = ResourceTypes.in(group, version);
        if (types.isEmpty()) {
            throw StatusException.noSuchPath();
        }
        var list = Json.object().put("kind", "APIResourceList");
        if (!group.isEmpty()) {
            list.put("apiVersion", "v1");
        }
        list.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        var resources = list.putArray("resources");
        for (ResourceType type : types) {
            var resource = resource(type, type.plural(), type.readOnly() ? READ_VERBS : ALL_VERBS);
            resource.put("singularName", type.singular());
            addAll(resource, "shortNames", type.shortNames());
            addAll(resource, "categories", type.categories());
            resources.add(resource);
            if (type.statusSubresource()) {
                resources.add(
                        resource(
                                type,
                                type.plural() + "/status",
                                List.of("get", "patch", "update")));
            }
        }
        return list;
    }

    private static ObjectNode resource(ResourceType type, String name, List<String> verbs) {
        var resource =
                Json.object()
                        .put("name", name)
                        .put("singularName", "")
                        .put("namespaced", type.namespaced())
                        .put("kind", type.kind());
        addAll(resource, "verbs", verbs);
        return resource;
    }

    private static void addAll(ObjectNode node, String field, List<String> values) {
        if (!values.isEmpty()) {
            var array = node.putArray(field);
            values.forEach(array::add);
        }
    }
}
