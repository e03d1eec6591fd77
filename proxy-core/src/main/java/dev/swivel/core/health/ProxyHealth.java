package dev.swivel.core.health;

import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whether each IP family keeps up with the cluster (spec 9.1). A family is unhealthy when a change
/// has waited longer than twice the sync period, or when it cannot start. Safe for all threads.
public final class ProxyHealth {
    private static final class Family {
        private Instant lastUpdated;
        private @Nullable Instant queuedSince;
        private boolean startable = true;

        private Family(Instant now) {
            lastUpdated = now;
        }
    }

    private final InstantSource clock;
    private final Duration patience;
    private final Map<IpFamily, Family> families = new EnumMap<>(IpFamily.class);
    private boolean nodeEligible;

    public ProxyHealth(InstantSource clock, Duration syncPeriod) {
        this.clock = clock;
        this.patience = syncPeriod.multipliedBy(2);
    }

    /// The family's sync loop runs.
    public synchronized void started(IpFamily family) {
        family(family).startable = true;
    }

    /// The family is not served, and will not be before [#started]: it is unhealthy at once.
    public synchronized void startFailed(IpFamily family) {
        family(family).startable = false;
    }

    private Family family(IpFamily family) {
        return families.computeIfAbsent(family, _ -> new Family(clock.instant()));
    }

    public synchronized void queued(IpFamily family) {
        Family state = families.get(family);
        if (state != null && state.queuedSince == null) {
            state.queuedSince = clock.instant();
        }
    }

    public synchronized void updated(IpFamily family) {
        Family state = family(family);
        state.lastUpdated = clock.instant();
        state.queuedSince = null;
    }

    /// A node that is unknown, going away or about to be removed by the autoscaler is not eligible
    /// for load-balancer traffic (spec 2.8).
    public synchronized void node(Optional<Node> node) {
        nodeEligible = node.filter(n -> !n.leaving()).isPresent();
    }

    /// @param lastUpdated of the family's last successful sync
    public record FamilyStatus(Instant lastUpdated, boolean healthy) {}

    /// @param families only those that have started
    public record Status(Instant now, boolean nodeEligible, Map<IpFamily, FamilyStatus> families) {
        public boolean healthy() {
            return families.values().stream().allMatch(FamilyStatus::healthy);
        }

        /// The latest successful sync of any family, or now if none has started.
        public Instant lastUpdated() {
            return families.values().stream()
                    .map(FamilyStatus::lastUpdated)
                    .max(Instant::compareTo)
                    .orElse(now);
        }
    }

    public synchronized Status status() {
        Instant now = clock.instant();
        Map<IpFamily, FamilyStatus> all = new EnumMap<>(IpFamily.class);
        families.forEach((family, state) -> {
            Instant since = state.queuedSince;
            boolean inTime = since == null || since.plus(patience).isAfter(now);
            all.put(family, new FamilyStatus(state.lastUpdated, state.startable && inTime));
        });
        return new Status(now, nodeEligible, all);
    }
}
