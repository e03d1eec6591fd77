package dev.swivel.core.metrics;

import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What the sync loop counts and times, under kube-proxy's names (spec 10) and, for our own, the
/// prefix `swivel_`.
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
            Counter failures) {}

    public ProxyMetrics(MeterRegistry registry) {
        this.registry = registry;
        registry.gauge(SYNC + "endpoint.changes.pending", endpointChangesPending);
        registry.gauge(SYNC + "service.changes.pending", serviceChangesPending);
        endpointChanges = registry.counter(SYNC + "endpoint.changes.total");
        serviceChanges = registry.counter(SYNC + "service.changes.total");
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

    private void timed(IpFamily family, boolean full, Duration took) {
        Family meters = family(family);
        meters.sync().record(took);
        (full ? meters.full() : meters.partial()).record(took);
    }

    /// From the change in the cluster to its being programmed.
    public void programmed(IpFamily family, Duration latency) {
        family(family).programming().record(latency.isNegative() ? Duration.ZERO : latency);
    }

    public void problem(Problem problem) {
        registry.counter(
                        "swivel.skipped.total",
                        "kind",
                        problem.object().kind(),
                        "reason",
                        problem.reason())
                .increment();
    }

    public void drift(IpFamily family) {
        registry.counter("swivel.drift.repairs.total", FAMILY, family.label()).increment();
    }

    private Family family(IpFamily family) {
        return families.computeIfAbsent(family, this::register);
    }

    private Family register(IpFamily family) {
        return new Family(
                timer(SYNC + "duration", family, exponential()),
                timer("kubeproxy.sync.full.proxy.rules.duration", family, exponential()),
                timer("kubeproxy.sync.partial.proxy.rules.duration", family, exponential()),
                timer("kubeproxy.network.programming.duration", family, programmingBounds()),
                timestamp(SYNC + "last.timestamp.seconds", family),
                timestamp(SYNC + "last.queued.timestamp.seconds", family),
                registry.counter("swivel.sync.failures.total", FAMILY, family.label()));
    }

    private Timer timer(String name, IpFamily family, Duration[] bounds) {
        return Timer.builder(name)
                .tag(FAMILY, family.label())
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    private AtomicLong timestamp(String name, IpFamily family) {
        AtomicLong millis = new AtomicLong();
        Gauge.builder(name, millis, m -> m.get() / 1000.0)
                .tag(FAMILY, family.label())
                .register(registry);
        return millis;
    }

    /// 0.001 s times 2^0 to 2^14.
    private static Duration[] exponential() {
        return IntStream.range(0, 15)
                .mapToObj(k -> Duration.ofMillis(1L << k))
                .toArray(Duration[]::new);
    }

    /// 0.25, 0.5; 1 to 59 by 1; 60 to 115 by 5; 120 to 300 by 30; in seconds.
    private static Duration[] programmingBounds() {
        Stream<Duration> fractions = Stream.of(Duration.ofMillis(250), Duration.ofMillis(500));
        IntStream whole =
                IntStream.concat(
                        IntStream.rangeClosed(1, 59),
                        IntStream.concat(
                                IntStream.iterate(60, s -> s <= 115, s -> s + 5),
                                IntStream.iterate(120, s -> s <= 300, s -> s + 30)));
        return Stream.concat(
                        fractions, Arrays.stream(whole.toArray()).mapToObj(Duration::ofSeconds))
                .toArray(Duration[]::new);
    }
}
