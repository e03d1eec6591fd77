package dev.swivel.iptables.render;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.SetName;
import java.util.List;

/// The names of chains and sets (spec 4.1, 4.3).
public final class Names {
    private Names() {}

    /// The packet counters, kube-proxy's (spec 4.10).
    public static final String INVALID_DROPPED = "ct_state_invalid_dropped_pkts";

    public static final String LOCALHOST_ACCEPTED = "localhost_nps_accepted_pkts";
    public static final List<String> COUNTERS = List.of(INVALID_DROPPED, LOCALHOST_ACCEPTED);

    public static final ChainName SERVICES = new ChainName("KUBE-SERVICES");
    public static final ChainName NODEPORTS = new ChainName("KUBE-NODEPORTS");
    public static final ChainName POSTROUTING = new ChainName("KUBE-POSTROUTING");
    public static final ChainName MARK_MASQ = new ChainName("KUBE-MARK-MASQ");
    public static final ChainName EXTERNAL_SERVICES = new ChainName("KUBE-EXTERNAL-SERVICES");
    public static final ChainName FORWARD = new ChainName("KUBE-FORWARD");
    public static final ChainName PROXY_FIREWALL = new ChainName("KUBE-PROXY-FIREWALL");

    /// Shared with kubelet.
    public static final ChainName FIREWALL = new ChainName("KUBE-FIREWALL");

    /// Empty; kube-proxy makes it to notice when somebody flushes the tables.
    public static final ChainName CANARY = new ChainName("KUBE-PROXY-CANARY");

    private static final String ENDPOINT = "KUBE-SEP-";

    static ChainName cluster(ServicePortName port) {
        return new ChainName("KUBE-SVC-" + hash(port));
    }

    static ChainName local(ServicePortName port) {
        return new ChainName("KUBE-SVL-" + hash(port));
    }

    static ChainName external(ServicePortName port) {
        return new ChainName("KUBE-EXT-" + hash(port));
    }

    static ChainName admission(ServicePortName port) {
        return new ChainName("KUBE-FW-" + hash(port));
    }

    static ChainName endpoint(ServicePortName port, Endpoint endpoint) {
        return new ChainName(ENDPOINT + hash(port, endpoint));
    }

    /// Whether that is the chain of an endpoint of a service with affinity.
    public static boolean isEndpoint(ChainName chain) {
        return chain.text().startsWith(ENDPOINT);
    }

    /// The set that belongs to the chain of an endpoint.
    public static String affinityOf(ChainName endpoint, IpFamily family) {
        return affinityPrefix(family) + endpoint.text().substring(ENDPOINT.length());
    }

    /// The clients that an endpoint has: one set per endpoint of a service with affinity.
    static SetName affinity(ServicePortName port, Endpoint endpoint) {
        return new SetName(affinityPrefix(endpoint.address().family()) + hash(port, endpoint));
    }

    /// What the names of all affinity sets of a family start with.
    public static String affinityPrefix(IpFamily family) {
        return family == IpFamily.IPV4 ? "KUBE-AFF-" : "KUBE-6-AFF-";
    }

    private static String hash(ServicePortName port) {
        return Hash.of(port + port.protocol().lower());
    }

    private static String hash(ServicePortName port, Endpoint endpoint) {
        return Hash.of(port + port.protocol().lower() + endpoint);
    }

    /// Whether a name is one of a branch of the dispatch trees, which kube-proxy does not know.
    public static boolean isBranch(String chain) {
        return chain.startsWith("KUBE-IP-") || chain.startsWith("KUBE-NP-");
    }

    public static boolean isBranch(ChainName chain) {
        return isBranch(chain.text());
    }

    /// Whether a chain of the nat table is one that comes and goes with services, made by us or by
    /// kube-proxy's iptables mode.
    public static boolean isDynamic(ChainName chain) {
        String name = chain.text();
        return name.startsWith("KUBE-SVC-")
                || name.startsWith("KUBE-SVL-")
                || name.startsWith("KUBE-EXT-")
                || name.startsWith("KUBE-FW-")
                || isEndpoint(chain)
                || isBranch(name)
                || name.startsWith("KUBE-XLB-"); // kube-proxy before 1.24
    }
}
