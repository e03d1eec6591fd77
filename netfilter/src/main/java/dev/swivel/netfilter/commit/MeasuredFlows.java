package dev.swivel.netfilter.commit;

import dev.swivel.core.metrics.Buckets;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/// Counts and times what another cleaner does, under kube-proxy's names (spec 10).
public final class MeasuredFlows implements FlowCleaner {
    private static final String PREFIX = "kubeproxy.conntrack.reconciler.";

    private final FlowCleaner cleaner;
    private final Timer duration;
    private final Counter deleted;

    public MeasuredFlows(FlowCleaner cleaner, MeterRegistry meters, IpFamily family) {
        this.cleaner = cleaner;
        this.duration =
                Timer.builder(PREFIX + "sync.duration")
                        .description("[ALPHA] ReconcileConntrackFlowsLatency latency in seconds")
                        .tag("ip_family", family.label())
                        .serviceLevelObjectives(Buckets.syncs())
                        .register(meters);
        this.deleted =
                Counter.builder(PREFIX + "deleted.entries.total")
                        .description(
                                "[ALPHA] Cumulative conntrack flows deleted by conntrack reconciler")
                        .tag("ip_family", family.label())
                        .register(meters);
    }

    @Override
    public OptionalInt clean(Optional<ProxyState> before, ProxyState after, Change change)
            throws IOException {
        long start = System.nanoTime();
        OptionalInt ended = cleaner.clean(before, after, change);
        ended.ifPresent(flows -> {
            duration.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            deleted.increment(flows);
        });
        return ended;
    }
}
