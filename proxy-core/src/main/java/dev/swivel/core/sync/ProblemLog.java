package dev.swivel.core.sync;

import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Remembers what was already reported about each object, so that a problem is reported once for as
/// long as it stands, and again only after it was mended and came back. Holds objects with problems
/// only.
public final class ProblemLog {
    /// Who found the problems of an object: each finder's list replaces its own former one.
    public enum Finder {
        DECODING,
        CONFLICTS,
        POD_RANGES,
        BACKEND
    }

    private record Key(ObjectRef object, Finder finder) {}

    private final Map<Key, Set<Problem>> standing = new HashMap<>();
    private final Consumer<Problem> reporter;
    private final AtomicInteger size = new AtomicInteger();

    /// @param reporter told of each problem once
    public ProblemLog(Consumer<Problem> reporter) {
        this.reporter = reporter;
    }

    /// The complete list of what that finder has against that object now; empty when it is fine or
    /// gone.
    public void update(ObjectRef object, Finder finder, List<Problem> problems) {
        Key key = new Key(object, finder);
        if (problems.isEmpty()) {
            size.addAndGet(-standing.getOrDefault(key, Set.of()).size());
            standing.remove(key);
            return;
        }
        Set<Problem> before = standing.getOrDefault(key, Set.of());
        Set<Problem> now = new HashSet<>(problems);
        now.stream().filter(problem -> !before.contains(problem)).forEach(reporter);
        standing.put(key, now);
        size.addAndGet(now.size() - before.size());
    }

    /// How many problems stand. May be asked from any thread.
    public int size() {
        return size.get();
    }
}
