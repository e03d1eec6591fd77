package dev.swivel.core.watch.api;

import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterEvent.Connected;
import dev.swivel.core.watch.ClusterEvent.Disconnected;
import dev.swivel.core.watch.ClusterEvent.Forbidden;
import dev.swivel.core.watch.ClusterEvent.Permitted;
import dev.swivel.core.watch.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns what happens to single requests into outages: one error line and one event when an outage
/// begins, one when it ends, however many requests failed in between and for however many kinds.
final class Reachability {
    private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);

    private final Supplier<String> server;
    private final Consumer<ClusterEvent> sink;
    private final LongSupplier nanoClock;
    private final Set<Kind> failing = EnumSet.noneOf(Kind.class);
    private final Map<Kind, Long> forbiddenSince = new EnumMap<>(Kind.class);
    private final Set<Kind> neverWatched = EnumSet.allOf(Kind.class);
    private boolean wasConnected;
    private boolean inOutage;
    private long outageSince;

    /// @param server its URL now, for messages
    Reachability(Supplier<String> server, Consumer<ClusterEvent> sink, LongSupplier nanoClock) {
        this.server = server;
        this.sink = sink;
        this.nanoClock = nanoClock;
    }

    /// A watch of this kind was answered: changes arrive.
    synchronized void watching(Kind kind) {
        neverWatched.remove(kind);
        Long since = forbiddenSince.remove(kind);
        if (since != null) {
            Duration outage = since(since);
            LOG.info("{} can be watched again, after {} s", kind.label(), seconds(outage));
            sink.accept(new Permitted(kind, outage));
        }
        failing.remove(kind);
        settle();
    }

    /// A request for this kind failed, or its connection broke and could not be made again.
    synchronized void failing(Kind kind, String reason) {
        if (forbiddenSince.containsKey(kind)) {
            return; // said already that this kind does not come
        }
        failing.add(kind);
        if (!inOutage) {
            inOutage = true;
            outageSince = nanoClock.getAsLong();
            LOG.error(
                    "The API at {} cannot be followed ({}: {}). What is known stays in force;"
                            + " trying on",
                    server.get(),
                    kind.label(),
                    reason);
            sink.accept(new Disconnected(kind.label() + ": " + reason));
        }
    }

    /// The server answered that we may not read this kind.
    synchronized void refused(Kind kind, String reason) {
        if (forbiddenSince.containsKey(kind)) {
            return;
        }
        forbiddenSince.put(kind, nanoClock.getAsLong());
        LOG.error(
                "The API at {} refuses {} ({}): give the user the role system:node-proxier. What is known"
                        + " stays in force; trying on",
                server.get(),
                kind.label(),
                reason);
        sink.accept(new Forbidden(kind, reason));
        failing.remove(kind);
        settle();
    }

    /// Says so if every kind that we may read is being watched now.
    private void settle() {
        boolean all =
                failing.isEmpty()
                        && forbiddenSince.keySet().containsAll(neverWatched)
                        && forbiddenSince.size() < Kind.values().length;
        if (all && inOutage) {
            Duration outage = since(outageSince);
            LOG.info("The API at {} is followed again, after {} s", server.get(), seconds(outage));
            connected(outage);
        } else if (all && !wasConnected) {
            connected(Duration.ZERO);
        }
    }

    private void connected(Duration outage) {
        inOutage = false;
        wasConnected = true;
        sink.accept(new Connected(outage));
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(nanoClock.getAsLong() - nanos);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
