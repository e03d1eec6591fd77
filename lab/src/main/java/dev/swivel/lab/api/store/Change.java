package dev.swivel.lab.api.store;

import org.jspecify.annotations.Nullable;

/// One step in the history of a resource.
///
/// @param type what happened
/// @param object the object after it; for a deletion its last state under the deletion's revision
/// @param previous the object before it; null when it did not exist
public record Change(Type type, StoredObject object, @Nullable StoredObject previous) {

    /// As watches name it.
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }

    public long revision() {
        return object.revision();
    }
}
