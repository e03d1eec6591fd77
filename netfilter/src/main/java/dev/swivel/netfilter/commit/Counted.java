package dev.swivel.netfilter.commit;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Things that several services may need: each comes with the first and goes with the last.
public final class Counted<T> {
    private final Map<T, Integer> counts = new HashMap<>();
    private Set<T> touched = new LinkedHashSet<>();
    private Set<T> there = new LinkedHashSet<>();

    /// All that somebody needs now.
    public Set<T> all() {
        return Collections.unmodifiableSet(counts.keySet());
    }

    public void remove(Collection<T> things) {
        things.forEach(thing -> count(thing, -1));
    }

    public void add(Collection<T> things) {
        things.forEach(thing -> count(thing, 1));
    }

    private void count(T thing, int by) {
        if (touched.add(thing) && counts.containsKey(thing)) {
            there.add(thing);
        }
        counts.merge(thing, by, (old, added) -> old + added == 0 ? null : old + added);
    }

    /// What came and went since the last call.
    public Difference<T> difference() {
        Set<T> came = new LinkedHashSet<>();
        Set<T> went = new LinkedHashSet<>();
        for (T thing : touched) {
            boolean is = counts.containsKey(thing);
            if (is != there.contains(thing)) {
                (is ? came : went).add(thing);
            }
        }
        // Sets once large would take long to empty for ever.
        touched = new LinkedHashSet<>();
        there = new LinkedHashSet<>();
        return new Difference<>(came, went);
    }

    public record Difference<T>(Set<T> came, Set<T> went) {}
}
