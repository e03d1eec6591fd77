package dev.swivel.core.metrics;

import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// What the sync loop counts and times under kube-proxy's names (spec 10), to the letter: names,
/// help, labels and buckets are what dashboards and alerts know.
public final class ProxyMetrics {
    private static final String SYNC = "kubeproxy.sync.proxy.rules.";
    private static final String FAMILY = "ip_family";

    private final MeterRegistry registry;
    private final Map<IpFamily, Family> families = new EnumMap<>(IpFamily.class);
    private final AtomicLong endpointChangesPending = new AtomicLong();
    private final AtomicLong serviceChangesPending = new AtomicLong();
    private final Counter endpointChanges;
    private final Counter serviceChanges;

    private record Family(
            Timer sync,
            Timer full,
            Timer partial,
            Timer programming,
            AtomicLong lastSync,
            AtomicLong lastQueued,
            AtomicLong noLocalInternal,
            AtomicLong noLocalExternal,
            Counter failures,
            Counter driftRepairs) {}

    /// @param served those that are served: their series are there from the start
    public ProxyMetrics(MeterRegistry registry, Set<IpFamily> served) {
        this.registry = registry;
        gauge(
                SYNC + "endpoint.changes.pending",
                "[ALPHA] Pending proxy rules Endpoint changes",
                endpointChangesPending);
        gauge(
                SYNC + "service.changes.pending",
                "[ALPHA] Pending proxy rules Service changes",
                serviceChangesPending);
        endpointChanges =
                counter(
                        SYNC + "endpoint.changes.total",
                        "[ALPHA] Cumulative proxy rules Endpoint changes");
        serviceChanges =
                counter(
                        SYNC + "service.changes.total",
                        "[ALPHA] Cumulative proxy rules Service changes");
        served.forEach(family -> families.put(family, register(family)));
    }

    public void endpointChange(boolean changed) {
        endpointChanges.increment();
        if (changed) {
            endpointChangesPending.incrementAndGet();
        }
    }

    public void serviceChange(boolean changed) {
        serviceChanges.increment();
        if (changed) {
            serviceChangesPending.incrementAndGet();
        }
    }

    /// Everything pending has been taken by a sync.
    public void taken() {
        endpointChangesPending.set(0);
        serviceChangesPending.set(0);
    }

    public void queued(IpFamily family, long epochMillis) {
        family(family).lastQueued().set(epochMillis);
    }

    public void synced(IpFamily family, boolean full, Duration took, long epochMillis) {
        timed(family, full, took);
        family(family).lastSync().set(epochMillis);
    }

    public void failed(IpFamily family, boolean full, Duration took) {
        timed(family, full, took);
        family(family).failures().increment();
    }

    /// No sync could even begin: the backend does not run.
    public void startFailed(IpFamily family) {
        family(family).failures().increment();
    }

    private void timed(IpFamily family, boolean full, Duration took) {
        Family meters = family(family);
        meters.sync().record(took);
        (full ? meters.full() : meters.partial()).record(took);
    }

    /// From the change in the cluster to its being programmed.
    public void programmed(IpFamily family, Duration latency) {
        family(family).programming().record(latency.isNegative() ? Duration.ZERO : latency);
    }

    /// How many ports have endpoints, but none that policy Local lets this node use.
    public void withoutLocalEndpoints(IpFamily family, long internal, long external) {
        family(family).noLocalInternal().set(internal);
        family(family).noLocalExternal().set(external);
    }

    public void problem(Problem problem) {
        Counter.builder("swivel.skipped.total")
                .description("Values in objects that could not be served, by kind and reason")
                .tag("kind", problem.object().kind())
                .tag("reason", problem.reason())
                .register(registry)
                .increment();
    }

    public void drift(IpFamily family) {
        family(family).driftRepairs().increment();
    }

    private Family family(IpFamily family) {
        return families.computeIfAbsent(family, this::register);
    }

    private Family register(IpFamily family) {
        return new Family(
                timer(
                        SYNC + "duration",
                        "[ALPHA] SyncProxyRules latency in seconds",
                        family,
                        Buckets.syncs()),
                timer(
                        "kubeproxy.sync.full.proxy.rules.duration",
                        "[ALPHA] SyncProxyRules latency in seconds for full resyncs",
                        family,
                        Buckets.syncs()),
                timer(
                        "kubeproxy.sync.partial.proxy.rules.duration",
                        "[ALPHA] SyncProxyRules latency in seconds for partial resyncs",
                        family,
                        Buckets.syncs()),
                timer(
                        "kubeproxy.network.programming.duration",
                        "[ALPHA] In Cluster Network Programming Latency in seconds",
                        family,
                        Buckets.networkProgramming()),
                timestamp(
                        SYNC + "last.timestamp.seconds",
                        "[ALPHA] The last time proxy rules were successfully synced",
                        family),
                timestamp(
                        SYNC + "last.queued.timestamp.seconds",
                        "[ALPHA] The last time a sync of proxy rules was queued",
                        family),
                noLocalEndpoints(family, "internal"),
                noLocalEndpoints(family, "external"),
                Counter.builder("swivel.sync.failures.total")
                        .description(
                                "Syncs that failed, starts of the mode included; each is tried again")
                        .tag(FAMILY, family.label())
                        .register(registry),
                Counter.builder("swivel.drift.repairs.total")
                        .description("Times that others had changed what was programmed")
                        .tag(FAMILY, family.label())
                        .register(registry));
    }

    private Counter counter(String name, String help) {
        return Counter.builder(name).description(help).register(registry);
    }

    private void gauge(String name, String help, AtomicLong value) {
        Gauge.builder(name, value, AtomicLong::get).description(help).register(registry);
    }

    private Timer timer(String name, String help, IpFamily family, Duration[] bounds) {
        return Timer.builder(name)
                .description(help)
                .tag(FAMILY, family.label())
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    private AtomicLong timestamp(String name, String help, IpFamily family) {
        AtomicLong millis = new AtomicLong();
        Gauge.builder(name, millis, m -> m.get() / 1000.0)
                .description(help)
                .tag(FAMILY, family.label())
                .register(registry);
        return millis;
    }

    private AtomicLong noLocalEndpoints(IpFamily family, String policy) {
        AtomicLong ports = new AtomicLong();
        Gauge.builder(SYNC + "no.local.endpoints.total", ports, AtomicLong::get)
                .description(
                        "[ALPHA] Number of services with a Local traffic policy and no endpoints")
                .tag(FAMILY, family.label())
                .tag("traffic_policy", policy)
                .register(registry);
        return ports;
    }
}
