package dev.swivel.core.sync;

import dev.swivel.core.watch.Kind;
import java.util.EnumSet;
import java.util.Set;

/// Holds the first sync back until the initial lists are complete: a half-read cluster would cut
/// traffic (spec 1.2). The Node is waited for only so long, since without it most traffic can be
/// served.
final class StartGate {
    private final Set<Kind> missing = EnumSet.allOf(Kind.class);
    private final long nodeDeadlineNanos;

    /// @param nodeDeadlineNanos on the clock of [System#nanoTime]
    StartGate(long nodeDeadlineNanos) {
        this.nodeDeadlineNanos = nodeDeadlineNanos;
    }

    void complete(Kind list) {
        missing.remove(list);
    }

    boolean isOpen(long nowNanos) {
        return missing.isEmpty()
                || (missing.equals(EnumSet.of(Kind.NODE)) && nowNanos - nodeDeadlineNanos >= 0);
    }
}
