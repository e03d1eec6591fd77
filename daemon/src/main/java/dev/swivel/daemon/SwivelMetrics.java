package dev.swivel.daemon;

import dev.swivel.core.model.IpFamily;
import dev.swivel.core.sync.SyncObserver.Stage;
import dev.swivel.core.track.ModelSize;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.Kind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/// What kube-proxy does not tell, under our own prefix: where a change spends its time, whether the
/// API is followed, what failed last, how much is remembered.
final class SwivelMetrics {
    private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
    private final Set<Kind> refused = EnumSet.noneOf(Kind.class);
    private final Map<IpFamily, AtomicLong> lastError = new EnumMap<>(IpFamily.class);
    private final MeterRegistry registry;
    private volatile boolean connected;
    private volatile ModelSize size = new ModelSize(0, 0, 0, 0);

    SwivelMetrics(MeterRegistry registry, Set<IpFamily> served) {
        this.registry = registry;
        for (Stage stage : Stage.values()) {
            stages.put(
                    stage,
                    Timer.builder("swivel.change.stage.duration")
                            .description(
                                    "Time that a change spends waiting for the sync thread (inbox), for the rest between syncs (pace), in being worked out (resolve), and on the way into the kernel (apply)")
                            .tag("stage", stage.name().toLowerCase(Locale.ROOT))
                            .serviceLevelObjectives(stageBounds())
                            .register(registry));
        }
        for (Kind kind : Kind.values()) {
            gauge(
                    "swivel.watch.connected",
                    "1 if changes of that kind arrive, else 0",
                    "kind",
                    kind.label(),
                    () -> isFollowed(kind) ? 1 : 0);
        }
        for (IpFamily family : served) {
            AtomicLong millis = new AtomicLong();
            lastError.put(family, millis);
            gauge(
                    "swivel.last.error.timestamp.seconds",
                    "When a sync failed last; 0 for never",
                    "ip_family",
                    family.label(),
                    () -> millis.get() / 1000.0);
        }
        String objects = "What is remembered of the cluster";
        gauge("swivel.model.objects", objects, "kind", "Service", () -> size.services());
        gauge("swivel.model.objects", objects, "kind", "EndpointSlice", () -> size.slices());
        gauge("swivel.model.objects", objects, "kind", "Endpoint", () -> size.endpoints());
        gauge("swivel.model.bytes", "Memory that this takes, estimated", () -> size.bytes());
        gauge(
                "swivel.heap.used.bytes",
                "Heap in use, garbage included",
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }

    private interface Value {
        double get();
    }

    private void gauge(String name, String help, String label, String value, Value read) {
        Gauge.builder(name, read, Value::get)
                .strongReference(true)
                .description(help)
                .tag(label, value)
                .register(registry);
    }

    private void gauge(String name, String help, Value read) {
        Gauge.builder(name, read, Value::get)
                .strongReference(true)
                .description(help)
                .register(registry);
    }

    /// 0.1 ms times 4^0 to 4^9: to 26 s.
    private static Duration[] stageBounds() {
        return IntStream.range(0, 10)
                .mapToObj(k -> Duration.ofNanos(100_000L << (2 * k)))
                .toArray(Duration[]::new);
    }

    /// @param read how many inputs wait for the sync thread
    void queueDepth(IntSupplier read) {
        gauge("swivel.queue.depth", "Events that wait for the sync thread", read::getAsInt);
    }

    /// @param read how many problems of objects stand
    void problems(IntSupplier read) {
        gauge("swivel.problems", "Values in objects that cannot be served now", read::getAsInt);
    }

    void stage(Stage stage, long nanos) {
        Timer timer = stages.get(stage);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    void modelSize(ModelSize now) {
        size = now;
    }

    void failed(IpFamily family, long epochMillis) {
        AtomicLong millis = lastError.get(family);
        if (millis != null) {
            millis.set(epochMillis);
        }
    }

    synchronized void sourceState(ClusterEvent.SourceState state) {
        switch (state) {
            case ClusterEvent.Connected _ -> connected = true;
            case ClusterEvent.Disconnected _ -> connected = false;
            case ClusterEvent.Forbidden(var kind, _) -> refused.add(kind);
            case ClusterEvent.Permitted(var kind, _) -> refused.remove(kind);
        }
    }

    private synchronized boolean isFollowed(Kind kind) {
        return connected && !refused.contains(kind);
    }
}
