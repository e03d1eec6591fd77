package dev.swivel.lab.api.http;

import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request, taken apart.
///
/// @param verb as authorisation names it: get, list, watch, create, update, patch, delete,
///   deletecollection; the method in lower case for paths that are no resource
/// @param group API group; empty for the core group
/// @param resource plural name of the resource; empty for paths that are no resource
/// @param namespace empty if the path names none
/// @param name empty if the path names none
/// @param subresource empty if the path names none
public record ApiRequest(
        String method,
        String path,
        Map<String, String> query,
        String userAgent,
        String verb,
        String group,
        String version,
        String resource,
        String namespace,
        String name,
        String subresource) {

    public ApiRequest {
        query = Map.copyOf(query);
    }

    public boolean isWatch() {
        return verb.equals("watch");
    }

    /// Whether it is about a resource at all.
    public boolean isResource() {
        return !resource.isEmpty();
    }

    /// Whether it does `verb` on `type`; a null type stands for any.
    public boolean is(String verbWanted, @Nullable ResourceType type) {
        return verb.equals(verbWanted) && (type == null || isOn(type));
    }

    /// Whether it is about the resource.
    public boolean isOn(ResourceType type) {
        return type.plural().equals(resource) && type.group().equals(group);
    }

    Optional<ResourceType> type() {
        return ResourceTypes.find(group, version, resource);
    }

    String parameter(String key) {
        return query.getOrDefault(key, "");
    }

    boolean flag(String key) {
        var value = parameter(key);
        return value.equals("true") || value.equals("1");
    }
}
