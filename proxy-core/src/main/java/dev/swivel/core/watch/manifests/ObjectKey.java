package dev.swivel.core.watch.manifests;

import dev.swivel.core.watch.Kind;

/// What identifies an object.
///
/// @param namespace empty for a Node
record ObjectKey(Kind kind, String namespace, String name) {
    @Override
    public String toString() {
        return kind.label() + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }
}
