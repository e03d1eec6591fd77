package dev.swivel.core.watch.decode;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/// What identifies an object among those of its kind. Kept for each object there is, so namespaces
/// are shared, and the name is the one that the decoded object has.
///
/// @param namespace empty for a Node
public record NamespacedName(String namespace, String name) {
    public NamespacedName {
        namespace = namespace.intern();
    }

    /// With empty texts for what the object does not say.
    public static NamespacedName of(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        return metadata == null ? of(null, null) : of(metadata.getNamespace(), metadata.getName());
    }

    /// With empty texts for what is not known.
    public static NamespacedName of(@Nullable String namespace, @Nullable String name) {
        return new NamespacedName(Fields.text(namespace), Fields.text(name));
    }
}
