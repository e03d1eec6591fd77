package dev.swivel.daemon;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.health.ProxyHealth;
import dev.swivel.core.health.ServiceHealthPorts;
import dev.swivel.core.metrics.LocalPolicyGaps;
import dev.swivel.core.metrics.ProxyMetrics;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.sync.SyncObserver;
import dev.swivel.core.track.ModelSize;
import dev.swivel.core.watch.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries what the sync loop does into metrics, health, the services' health ports and the log.
final class SwivelObserver implements SyncObserver {
    private static final Logger log = LoggerFactory.getLogger(SwivelObserver.class);
    private static final int NAMES_IN_A_LINE = 10;

    private final Instant created = Instant.now();
    private final String nodeName;
    private final String mode;
    private final Set<IpFamily> families;
    private final ProxyMetrics metrics;
    private final ProxyHealth health;
    private final ServiceHealthPorts healthPorts;
    private final HeapTrim heapTrim;
    private final Consumer<IpFamily> programmed;
    private final SwivelMetrics ownMetrics;
    private final Notices notices;
    private final Map<IpFamily, LocalPolicyGaps> gaps = new EnumMap<>(IpFamily.class);
    private final Map<IpFamily, String> failing = new ConcurrentHashMap<>();
    private volatile String source = "not yet connected";
    private volatile String notServing = "";

    /// @param programmed told of each sync that went well
    SwivelObserver(
            String nodeName,
            String mode,
            Set<IpFamily> families,
            ProxyMetrics metrics,
            SwivelMetrics ownMetrics,
            Notices notices,
            ProxyHealth health,
            ServiceHealthPorts healthPorts,
            HeapTrim heapTrim,
            Consumer<IpFamily> programmed) {
        this.nodeName = nodeName;
        this.mode = mode;
        this.families = Set.copyOf(families);
        this.heapTrim = heapTrim;
        this.metrics = metrics;
        this.ownMetrics = ownMetrics;
        this.notices = notices;
        this.health = health;
        this.healthPorts = healthPorts;
        this.programmed = programmed;
    }

    @Override
    public void started() {
        notServing = "";
        families.forEach(health::started);
        log.info(
                "Swivel serves node {} in mode {} for {}",
                nodeName,
                mode,
                families.stream().map(IpFamily::label).sorted().toList());
    }

    /// One line for as long as the cause stays the same.
    @Override
    public void startFailed(BackendException cause, Duration retryIn) {
        for (IpFamily family : families) {
            health.startFailed(family);
            metrics.startFailed(family);
            ownMetrics.failed(family, System.currentTimeMillis());
        }
        String message = String.valueOf(cause.getMessage());
        if (!message.equals(notServing)) {
            notServing = message;
            log.error(
                    "cannot serve in mode {}; what was programmed before stays in force, and attempts go on: {}; `swivel check` tells all that is missing",
                    mode,
                    message);
            notices.notServing(mode, message);
        }
    }

    @Override
    public void serviceEvent(boolean changed) {
        metrics.serviceChange(changed);
    }

    @Override
    public void sliceEvent(boolean changed) {
        metrics.endpointChange(changed);
    }

    @Override
    public void nodeSeen(Optional<Node> node) {
        health.node(node);
    }

    /// The source itself logs outages; nothing waits on them here.
    @Override
    public void sourceState(ClusterEvent.SourceState state) {
        ownMetrics.sourceState(state);
        source =
                switch (state) {
                    case ClusterEvent.Connected _ -> "connected";
                    case ClusterEvent.Disconnected(var reason) -> "disconnected: " + reason;
                    case ClusterEvent.Forbidden(var kind, var reason) ->
                            kind.label() + " refused: " + reason;
                    case ClusterEvent.Permitted _ -> "connected";
                };
    }

    @Override
    public void stage(Stage stage, long nanos) {
        ownMetrics.stage(stage, nanos);
    }

    @Override
    public void modelSize(ModelSize size) {
        ownMetrics.modelSize(size);
    }

    /// For people, line by line. May be asked from any thread.
    Map<String, String> status() {
        Map<String, String> status = new LinkedHashMap<>();
        status.put("Source", source);
        if (!notServing.isEmpty()) {
            status.put("Not serving", notServing);
        }
        failing.forEach((family, error) -> status.put("Failing " + family.label(), error));
        return status;
    }

    @Override
    public void taken() {
        metrics.taken();
    }

    @Override
    public void queued(IpFamily family) {
        health.queued(family);
        metrics.queued(family, System.currentTimeMillis());
    }

    @Override
    public void upToDate(IpFamily family) {
        health.updated(family);
    }

    @Override
    public void synced(
            ProxyState state,
            Change change,
            ApplyReport report,
            Duration took,
            List<Instant> triggers) {
        programmed.accept(state.family());
        IpFamily family = state.family();
        Instant now = Instant.now();
        health.updated(family);
        metrics.synced(family, change.full(), took, now.toEpochMilli());
        triggers.stream()
                .filter(trigger ->
                        trigger.isAfter(
                                created)) // older changes waited for a proxy, not for us (spec 1.7)
                .forEach(trigger -> metrics.programmed(family, Duration.between(trigger, now)));
        healthPorts.synced(state, change);
        LocalPolicyGaps counted = gaps.computeIfAbsent(family, _ -> new LocalPolicyGaps());
        counted.synced(state, change);
        metrics.withoutLocalEndpoints(family, counted.internal(), counted.external());
        String recovered = failing.remove(family);
        heapTrim.synced(change.full());
        if (change.full() || recovered != null) {
            log.info(
                    "{}: all {} services programmed ({}): {} written, {} removed in {} ms",
                    family.label(),
                    state.services().size(),
                    change.reason(),
                    report.written(),
                    report.removed(),
                    took.toMillis());
        } else {
            log.debug(
                    "{}: {} programmed: {} written, {} removed in {} ms",
                    family.label(),
                    names(state, change),
                    report.written(),
                    report.removed(),
                    took.toMillis());
        }
    }

    /// Every port by name, as `namespace/name:port`; of what is gone only the Service's name is
    /// left.
    private static String names(ProxyState state, Change change) {
        List<String> names =
                change.services().stream()
                        .sorted()
                        .limit(NAMES_IN_A_LINE)
                        .flatMap(name -> names(name, state.services().get(name)))
                        .toList();
        int more = change.services().size() - NAMES_IN_A_LINE;
        return (names.isEmpty() ? "the node's rules" : String.join(", ", names))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static Stream<String> names(ServiceName name, @Nullable ResolvedService service) {
        return service == null || service.ports().isEmpty()
                ? Stream.of(name.toString())
                : service.ports().stream().map(port -> port.name().toString());
    }

    /// One line for as long as the cause stays the same.
    @Override
    public void failed(
            IpFamily family,
            Change change,
            BackendException cause,
            Duration took,
            Duration retryIn) {
        metrics.failed(family, change.full(), took);
        ownMetrics.failed(family, System.currentTimeMillis());
        String message = String.valueOf(cause.getMessage());
        if (!message.equals(failing.put(family, message))) {
            log.error(
                    "{}: cannot program the kernel; what was programmed before stays in force, and attempts go on: {}",
                    family.label(),
                    message);
            notices.failing(family, message);
        }
    }

    /// One line for as long as the cause stays the same. What can be served is: that is healthy.
    @Override
    public void unserved(IpFamily family, String reason) {
        health.updated(family);
        if (!reason.equals(failing.put(family, reason))) {
            ownMetrics.failed(family, System.currentTimeMillis());
            log.error("{} is not served, and attempts go on: {}", family.label(), reason);
            notices.unserved(family, reason);
        }
    }

    @Override
    public void drifted(IpFamily family, Drift drift) {
        metrics.drift(family);
        log.warn(
                "{}: others changed what was programmed, repairing it: {}",
                family.label(),
                Notices.summary(drift.findings()));
        notices.drifted(family, drift);
    }
}
