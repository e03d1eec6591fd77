package dev.swivel.core.sync;

import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.resolve.ServiceResolver;
import dev.swivel.core.track.ClusterTracker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashPMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One IP family on its way from tracked objects to the backend: the state wanted, and how it
/// differs from what the backend last committed. Confined to the sync thread.
final class FamilyPipeline {
    private static final Logger log = LoggerFactory.getLogger(FamilyPipeline.class);

    private final IpFamily family;
    private ProxyState wanted;
    private Set<ServiceName> uncommitted = new HashSet<>();
    private List<Instant> triggers = new ArrayList<>();
    private boolean nodeUncommitted = true;
    private Optional<String> fullReason = Optional.of("start");
    private int failures;

    FamilyPipeline(IpFamily family, NodeView node) {
        this.family = family;
        this.wanted = ProxyState.empty(family, node);
    }

    IpFamily family() {
        return family;
    }

    ProxyState wanted() {
        return wanted;
    }

    /// Syncs that failed since the last success.
    int failures() {
        return failures;
    }

    /// Moves the wanted state on: resolves the dirty services again, or all of them when the node's
    /// zone changed. A Service that cannot be resolved keeps what it had.
    ///
    /// @return a problem for each that cannot
    List<Problem> advance(
            Map<ServiceName, List<Instant>> dirty, NodeView node, ClusterTracker tracker) {
        nodeUncommitted |= !node.equals(wanted.node());
        Set<ServiceName> names = new LinkedHashSet<>(dirty.keySet());
        if (!node.zone().equals(wanted.node().zone())) {
            names.addAll(tracker.serviceNames());
        }
        HashPMap<ServiceName, ResolvedService> services = wanted.services();
        List<Problem> refused = new ArrayList<>();
        for (ServiceName name : names) {
            Optional<ResolvedService> after;
            try {
                after = resolve(name, node, tracker);
            } catch (RuntimeException e) {
                log.error("{} cannot be resolved", name, e);
                refused.add(Unserved.problem(name, e));
                continue;
            }
            if (!after.equals(Optional.ofNullable(services.get(name)))) {
                uncommitted.add(name);
                triggers.addAll(dirty.getOrDefault(name, List.of()));
                services =
                        after.isPresent() ? services.plus(name, after.get()) : services.minus(name);
            }
        }
        wanted = new ProxyState(family, wanted.generation() + 1, node, services);
        return refused;
    }

    /// Wants everything but that service. The next commit is full.
    ///
    /// @return false if it was not wanted anyway
    boolean leaveOut(ServiceName name) {
        if (!wanted.services().containsKey(name)) {
            return false;
        }
        wanted =
                new ProxyState(
                        family,
                        wanted.generation() + 1,
                        wanted.node(),
                        wanted.services().minus(name));
        fullReason = Optional.of(name + " had to be left out");
        return true;
    }

    private Optional<ResolvedService> resolve(
            ServiceName name, NodeView node, ClusterTracker tracker) {
        return tracker.service(name)
                .flatMap(s ->
                        ServiceResolver.resolve(
                                s, tracker.slices(name), family, node, tracker::ownedBy));
    }

    /// Whether the backend has something to do.
    boolean hasWork() {
        return fullReason.isPresent() || nodeUncommitted || !uncommitted.isEmpty();
    }

    /// What to hand to the backend with the wanted state.
    Change change() {
        return fullReason
                .map(Change::everything)
                .orElseGet(() -> new Change(false, nodeUncommitted, uncommitted, "changed"));
    }

    /// The backend has committed the wanted state.
    ///
    /// @return the times of the changes that it contains and no earlier commit did
    List<Instant> committed() {
        List<Instant> programmed = triggers;
        // Collections once large would take long to go through and to empty for ever.
        uncommitted = new HashSet<>();
        triggers = new ArrayList<>();
        nodeUncommitted = false;
        fullReason = Optional.empty();
        failures = 0;
        return programmed;
    }

    void commitFailed() {
        failures++;
        fullReason = Optional.of("the last sync failed");
    }

    /// The next commit is full.
    void beginAnew(String reason) {
        fullReason = Optional.of(reason);
    }
}
