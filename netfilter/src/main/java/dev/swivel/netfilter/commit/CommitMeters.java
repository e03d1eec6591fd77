package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.netfilter.rule.Table;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// What kube-proxy counts about its commits, by its names (spec 10). A Prometheus registry adds
/// `_total` to the counters.
public final class CommitMeters {
    private static final String PREFIX = "kubeproxy_sync_proxy_rules_iptables_";

    private final Counter failures;
    private final Counter partialFailures;
    private final Map<Table, AtomicInteger> last = new EnumMap<>(Table.class);

    /// @param tables those that are written
    public CommitMeters(MeterRegistry meters, IpFamily family, Collection<Table> tables) {
        failures =
                Counter.builder(PREFIX + "restore_failures")
                        .description("[ALPHA] Cumulative proxy iptables restore failures")
                        .tag("ip_family", family.label())
                        .register(meters);
        partialFailures =
                Counter.builder(PREFIX + "partial_restore_failures")
                        .description("[ALPHA] Cumulative proxy iptables partial restore failures")
                        .tag("ip_family", family.label())
                        .register(meters);
        for (Table table : tables) {
            AtomicInteger rules = new AtomicInteger();
            last.put(table, rules);
            Gauge.builder(PREFIX + "last", rules, AtomicInteger::get)
                    .description(
                            "[ALPHA] Number of iptables rules written by kube-proxy in last sync")
                    .tag("table", table.text())
                    .tag("ip_family", family.label())
                    .register(meters);
        }
    }

    public void restoreFailed() {
        failures.increment();
    }

    public void partialSyncFailed() {
        partialFailures.increment();
    }

    public void written(Table table, int lines) {
        last.getOrDefault(table, new AtomicInteger()).set(lines);
    }
}
