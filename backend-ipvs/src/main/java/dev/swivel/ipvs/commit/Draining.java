package dev.swivel.ipvs.commit;

import dev.swivel.linux.ipvs.Destination;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.IpvsChange;
import dev.swivel.linux.ipvs.RealServerState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/// Real servers that get no new connections and stay for those they have (spec 5.6).
final class Draining {
    /// Connections that go on for longer are ended: one that is forgotten would keep its real
    /// server for ever.
    static final Duration PATIENCE = Duration.ofHours(1);

    /// How many virtual servers are looked at in one go.
    private static final int AT_ONCE = 200;

    private final LongSupplier nanoTime;
    private final Map<Frontend, Map<Destination, Long>> deadlines = new LinkedHashMap<>();

    /// @param nanoTime as [System#nanoTime]
    Draining(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    boolean isEmpty() {
        return deadlines.isEmpty();
    }

    void add(Frontend frontend, Destination destination) {
        deadlines
                .computeIfAbsent(frontend, _ -> new HashMap<>())
                .putIfAbsent(destination, nanoTime.getAsLong() + PATIENCE.toNanos());
    }

    /// It is wanted again.
    ///
    /// @return whether it was draining
    boolean remove(Frontend frontend, Destination destination) {
        Map<Destination, Long> of = deadlines.get(frontend);
        if (of == null || of.remove(destination) == null) {
            return false;
        }
        if (of.isEmpty()) {
            deadlines.remove(frontend);
        }
        return true;
    }

    /// The virtual server is gone.
    void forget(Frontend frontend) {
        deadlines.remove(frontend);
    }

    void clear() {
        deadlines.clear();
    }

    Set<Destination> of(Frontend frontend) {
        return deadlines.getOrDefault(frontend, Map.of()).keySet();
    }

    /// What the kernel tells of the real servers of a virtual server.
    @FunctionalInterface
    interface Counters {
        List<RealServerState> of(Frontend frontend) throws IOException;
    }

    /// Those that are done, or whose time is up, and are forgotten here by that.
    List<IpvsChange> finished(Counters counters) throws IOException {
        List<IpvsChange> gone = new ArrayList<>();
        List<Frontend> looked = deadlines.keySet().stream().limit(AT_ONCE).toList();
        for (Frontend frontend : looked) {
            List<RealServerState> present = counters.of(frontend);
            Map<Destination, Long> waiting = deadlines.remove(frontend);
            if (waiting == null) {
                continue;
            }
            Map<Destination, Long> still = new HashMap<>();
            for (RealServerState state : present) {
                Destination destination = state.server().destination();
                Long deadline = waiting.get(destination);
                if (deadline != null) {
                    if (state.isIdle() || nanoTime.getAsLong() - deadline >= 0) {
                        gone.add(new IpvsChange.DeleteReal(frontend, destination));
                    } else {
                        still.put(destination, deadline);
                    }
                }
            }
            if (!still.isEmpty()) {
                deadlines.put(frontend, still); // at the end: the others have their turn first
            }
        }
        return gone;
    }
}
