package dev.swivel.core.watch.manifests;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one file holds, in order.
///
/// @param objects by key; the first of those with the same key
/// @param unreadable objects that are there but make no sense
/// @param whole false if the text broke off or is no YAML or JSON, so that there may be more
///   objects
/// @param complaints what is wrong, one line each with line number or field
record ManifestContent(
        Map<ObjectKey, HasMetadata> objects,
        List<ObjectKey> unreadable,
        boolean whole,
        List<String> complaints) {

    /// What to serve of this version, given the last: a file that is half written or mistyped takes
    /// nothing away.
    ManifestContent after(ManifestContent last) {
        Map<ObjectKey, HasMetadata> merged = new LinkedHashMap<>(objects);
        if (!whole) {
            last.objects.forEach(merged::putIfAbsent);
        }
        for (ObjectKey key : unreadable) {
            HasMetadata before = last.objects.get(key);
            if (before != null) {
                merged.putIfAbsent(key, before);
            }
        }
        return new ManifestContent(merged, unreadable, whole, complaints);
    }

    static ManifestContent empty() {
        return new ManifestContent(Map.of(), List.of(), true, List.of());
    }

    static ManifestContent collecting() {
        return new ManifestContent(
                new LinkedHashMap<>(), new ArrayList<>(), true, new ArrayList<>());
    }

    ManifestContent brokenOff() {
        return new ManifestContent(objects, unreadable, false, complaints);
    }
}
