package dev.swivel.lab.cluster;

import dev.swivel.linux.netns.NamespaceThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The kernel settings of each kind of machine, made before it has interfaces.
///
/// They are written on a thread inside the namespace: `/proc/sys/net` shows the namespace of the
/// thread that looks.
final class Sysctls {
    /// Pods and the machine outside: end points that forward nothing.
    static final Sysctls HOST = new Sysctls(Map.of());

    /// A node as the kubelet and a distribution leave it. Bridged packets pass iptables (see
    /// [BridgeNetwork]). The reverse path filter is loose, as systemd sets it on most
    /// distributions; a strict one would drop answers that come back another way than they went.
    static final Sysctls NODE =
            new Sysctls(
                    settings(
                            Map.of(
                                    "net/bridge/bridge-nf-call-iptables", "1",
                                    "net/bridge/bridge-nf-call-ip6tables", "1",
                                    "net/ipv4/conf/all/rp_filter", "2",
                                    "net/ipv4/conf/default/rp_filter", "2")));

    /// The router stands for switches and routers that are no Linux machines: frames between nodes
    /// pass no iptables there. Several routes to one address are chosen by ports as well, so that
    /// connections of one client spread over the nodes.
    static final Sysctls ROUTER =
            new Sysctls(
                    settings(
                            Map.of(
                                    "net/bridge/bridge-nf-call-iptables", "0",
                                    "net/bridge/bridge-nf-call-ip6tables", "0",
                                    "net/ipv4/fib_multipath_hash_policy", "1",
                                    "net/ipv6/fib_multipath_hash_policy", "1")));

    private final Map<String, String> own;

    private Sysctls(Map<String, String> own) {
        this.own = own;
    }

    void applyIn(NamespaceThread namespace) throws IOException {
        namespace.run(() -> {
            write(everywhere());
            write(own);
        });
    }

    private static Map<String, String> everywhere() {
        return Map.of(
                // Addresses, link-local ones too, are usable at once.
                "net/ipv6/conf/all/accept_dad", "0",
                "net/ipv6/conf/default/accept_dad", "0",
                // Nobody advertises routes here.
                "net/ipv6/conf/default/accept_ra", "0",
                // Thousands of probes from one address in a minute: ports in TIME_WAIT may be taken
                // again, tcp(7).
                "net/ipv4/tcp_tw_reuse", "1",
                // Every rejected probe gets its ICMP message, not just the first 50 in a burst; the
                // last two count for both families.
                "net/ipv4/icmp_ratelimit", "0",
                "net/ipv6/icmp/ratelimit", "0",
                "net/ipv4/icmp_msgs_per_sec", "1000000",
                "net/ipv4/icmp_msgs_burst", "1000000");
    }

    private static Map<String, String> settings(Map<String, String> more) {
        var all = new LinkedHashMap<>(more);
        all.put("net/ipv4/ip_forward", "1");
        all.put("net/ipv6/conf/all/forwarding", "1");
        return all;
    }

    private static void write(Map<String, String> settings) throws IOException {
        for (var setting : settings.entrySet()) {
            Files.writeString(Path.of("/proc/sys", setting.getKey()), setting.getValue());
        }
    }
}
