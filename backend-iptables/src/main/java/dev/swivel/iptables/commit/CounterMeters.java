package dev.swivel.iptables.commit;

import dev.swivel.iptables.render.Names;
import dev.swivel.linux.accounting.PacketCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;

/// What the kernel's packet counters say, by kube-proxy's names (spec 10): read when asked.
public final class CounterMeters {
    private CounterMeters() {}

    public static void register(MeterRegistry meters) {
        FunctionCounter.builder(
                        "kubeproxy_iptables_ct_state_invalid_dropped_packets",
                        Names.INVALID_DROPPED,
                        CounterMeters::read)
                .description(
                        "[ALPHA] packets dropped by iptables to work around conntrack problems")
                .register(meters);
        FunctionCounter.builder(
                        "kubeproxy_iptables_localhost_nodeports_accepted_packets",
                        Names.LOCALHOST_ACCEPTED,
                        CounterMeters::read)
                .description(
                        "[ALPHA] Number of packets accepted on nodeports of loopback interface")
                .register(meters);
    }

    private static double read(String counter) {
        try {
            return PacketCounters.packets(counter).orElse(0);
        } catch (IOException _) {
            return Double.NaN; // a zero would look like a restart
        }
    }
}
