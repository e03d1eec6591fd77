package dev.swivel.lab.api.store;

import org.pcollections.TreePMap;

/// The objects of one resource at one revision. Immutable.
///
/// @param objects by storage key, in list order
public record Snapshot(long revision, TreePMap<String, StoredObject> objects) {

    /// Only the objects of one namespace; all when `namespace` is empty.
    public TreePMap<String, StoredObject> in(String namespace) {
        // '0' follows '/', so this is every key that starts with "namespace/".
        return namespace.isEmpty() ? objects : objects.subMap(namespace + "/", namespace + "0");
    }
}
