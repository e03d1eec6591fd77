package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;

/// What identifies an object among those of its kind. Kept for each object there is, so namespaces
/// are shared, and the name is the one that the decoded object has.
///
/// @param namespace empty for a Node
public record NamespacedName(String namespace, String name) {
    public NamespacedName {
        namespace = namespace.intern();
    }

    /// With empty texts for what the object does not say.
    public static NamespacedName of(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new NamespacedName(
                Fields.text(metadata.path("namespace").textValue()),
                Fields.text(metadata.path("name").textValue()));
    }
}
