package dev.swivel.lab.api.kinds;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which object holds which address or port. Objects that were stored without being checked may
/// claim what another one holds; the first keeps it.
final class Claims<T> {
    private final Map<T, String> holders = new HashMap<>();
    private final Map<String, Set<T>> held = new HashMap<>();

    /// Replaces all that `holder` claims.
    void replace(String holder, Set<T> wanted) {
        var before = held.remove(holder);
        if (before != null) {
            before.forEach(item -> holders.remove(item, holder));
        }
        if (!wanted.isEmpty()) {
            wanted.forEach(item -> holders.putIfAbsent(item, holder));
            held.put(holder, new HashSet<>(wanted));
        }
    }

    boolean isTakenByOther(T item, String holder) {
        var owner = holders.get(item);
        return owner != null && !owner.equals(holder);
    }
}
