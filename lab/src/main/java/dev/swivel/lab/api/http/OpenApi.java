package dev.swivel.lab.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.api.store.StatusException;

/// The least OpenAPI that makes clients content. They ask one thing before they write: whether the
/// server checks fields itself (`fieldValidation` on PATCH); then they send objects unchecked.
final class OpenApi {
    private OpenApi() {}

    /// The index at `/openapi/v3`.
    static ObjectNode index() {
        var index = Json.object();
        var paths = index.putObject("paths");
        link(paths, "api/v1");
        Discovery.groupNames().forEach(group -> link(paths, "apis/" + group + "/v1"));
        return index;
    }

    private static void link(ObjectNode paths, String path) {
        paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=1");
    }

    /// The document of one group and version.
    static ObjectNode v3(String group, String version) {
        var types = ResourceTypes.in(group, version);
        if (types.isEmpty()) {
            throw StatusException.noSuchPath();
        }
        var document = document("openapi", "3.0.0");
        var paths = document.putObject("paths");
        var schemas = document.putObject("components").putObject("schemas");
        for (ResourceType type : types) {
            var patch = operation(paths, type);
            patch.withArray("/parameters").forEach(p -> addSchema((ObjectNode) p));
            schemas.set(schemaName(type), schema(type));
        }
        return document;
    }

    private static void addSchema(ObjectNode parameter) {
        parameter.remove("type");
        parameter.putObject("schema").put("type", "string");
    }

    /// The one document at `/openapi/v2`.
    static ObjectNode v2() {
        var document = document("swagger", "2.0");
        var paths = document.putObject("paths");
        var definitions = document.putObject("definitions");
        for (ResourceType type : ResourceTypes.all()) {
            operation(paths, type);
            definitions.set(schemaName(type), schema(type));
        }
        return document;
    }

    private static ObjectNode document(String field, String formatVersion) {
        var document = Json.object().put(field, formatVersion);
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.36.0");
        return document;
    }

    private static ObjectNode operation(ObjectNode paths, ResourceType type) {
        var root = type.group().isEmpty() ? "/api/v1" : "/apis/" + type.apiVersion();
        var where = type.namespaced() ? "/namespaces/{namespace}/" : "/";
        var patch = paths.putObject(root + where + type.plural() + "/{name}").putObject("patch");
        patch.put("x-kubernetes-action", "patch");
        patch.set("x-kubernetes-group-version-kind", groupVersionKind(type));
        var parameters = patch.putArray("parameters");
        for (String name : new String[] {"dryRun", "fieldManager", "fieldValidation", "force"}) {
            parameters.addObject().put("name", name).put("in", "query").put("type", "string");
        }
        patch.putObject("responses").putObject("200").put("description", "OK");
        return patch;
    }

    private static ObjectNode schema(ResourceType type) {
        var schema = Json.object().put("type", "object");
        schema.put("x-kubernetes-preserve-unknown-fields", true);
        schema.putArray("x-kubernetes-group-version-kind").add(groupVersionKind(type));
        return schema;
    }

    private static String schemaName(ResourceType type) {
        var group = type.group().isEmpty() ? "core" : type.group().replace(".k8s.io", "");
        return "io.k8s.api.%s.%s.%s".formatted(group, type.version(), type.kind());
    }

    private static ObjectNode groupVersionKind(ResourceType type) {
        return Json.object()
                .put("group", type.group())
                .put("version", type.version())
                .put("kind", type.kind());
    }
}
