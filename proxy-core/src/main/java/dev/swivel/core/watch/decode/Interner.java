package dev.swivel.core.watch.decode;

import java.util.HashMap;
import java.util.Map;

/// Lets equal values share one instance: namespaces, port lists and hint lists repeat in thousands
/// of objects. It forgets everything when it is full, which costs some sharing and bounds what a
/// cluster with ever new names can make it hold.
final class Interner<T> {
    private final int most;
    private final Map<T, T> known = new HashMap<>();

    Interner(int most) {
        this.most = most;
    }

    synchronized T of(T value) {
        T same = known.get(value);
        if (same != null) {
            return same;
        }
        if (known.size() >= most) {
            known.clear();
        }
        known.put(value, value);
        return value;
    }
}
