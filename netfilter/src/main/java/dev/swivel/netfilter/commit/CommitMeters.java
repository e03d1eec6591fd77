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
    private final Map<Table, AtomicInteger> owned = new EnumMap<>(Table.class);

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
            last.put(
                    table,
                    gauge(
                            meters,
                            "last",
                            "[ALPHA] Number of iptables rules written by kube-proxy in last sync",
                            family,
                            table));
            owned.put(
                    table,
                    gauge(
                            meters,
                            "total",
                            "[ALPHA] Total number of iptables rules owned by kube-proxy",
                            family,
                            table));
        }
    }

    private static AtomicInteger gauge(
            MeterRegistry meters, String name, String help, IpFamily family, Table table) {
        AtomicInteger rules = new AtomicInteger();
        Gauge.builder(PREFIX + name, rules, AtomicInteger::get)
                .description(help)
                .tag("table", table.text())
                .tag("ip_family", family.label())
                .register(meters);
        return rules;
    }

    public void restoreFailed() {
        failures.increment();
    }

    public void partialSyncFailed() {
        partialFailures.increment();
    }

    /// How many rules of a table are ours.
    public void owned(Table table, int rules) {
        owned.getOrDefault(table, new AtomicInteger()).set(rules);
    }

    public void written(Table table, int lines) {
        last.getOrDefault(table, new AtomicInteger()).set(lines);
    }
}
