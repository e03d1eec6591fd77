package dev.swivel.lab.api.patch;

import java.util.List;
import java.util.Map;

/// Which lists are merged item by item, and by which fields, for the kinds that are served. Any
/// other list is replaced as a whole. Source: the `patchMergeKey` and `listMapKey` markers of the
/// API types.
final class ListKeys {
    private static final Map<String, List<String>> STRATEGIC =
            Map.of(
                    "spec.ports", List.of("port"),
                    "status.conditions", List.of("type"),
                    "status.addresses", List.of("type"),
                    "metadata.ownerReferences", List.of("uid"),
                    "spec.containers", List.of("name"));

    private static final Map<String, List<String>> APPLY =
            Map.of(
                    "spec.ports", List.of("port", "protocol"),
                    "status.conditions", List.of("type"),
                    "status.addresses", List.of("type"),
                    "metadata.ownerReferences", List.of("uid"),
                    "spec.containers", List.of("name"));

    private ListKeys() {}

    /// Key fields of the list at `path` in a strategic merge patch; empty if it is replaced.
    static List<String> strategic(String path) {
        return STRATEGIC.getOrDefault(path, List.of());
    }

    /// Key fields of the list at `path` in an apply; empty if it is replaced.
    static List<String> apply(String path) {
        return APPLY.getOrDefault(path, List.of());
    }

    /// Whether a list of plain values is merged as a set.
    static boolean isSet(String path) {
        return path.equals("metadata.finalizers") || path.equals("spec.podCIDRs");
    }

    static String join(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }
}
