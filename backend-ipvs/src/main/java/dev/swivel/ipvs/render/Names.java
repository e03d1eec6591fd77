package dev.swivel.ipvs.render;

import dev.swivel.netfilter.rule.ChainName;
import java.util.Set;

/// The names of chains (spec 5.8) and of the interface.
public final class Names {
    private Names() {}

    /// Carries the services' addresses (spec 5.3).
    public static final String INTERFACE = "kube-ipvs0";

    public static final ChainName SERVICES = new ChainName("KUBE-SERVICES");
    public static final ChainName POSTROUTING = new ChainName("KUBE-POSTROUTING");
    public static final ChainName NODE_PORT = new ChainName("KUBE-NODE-PORT");
    public static final ChainName LOAD_BALANCER = new ChainName("KUBE-LOAD-BALANCER");
    public static final ChainName MARK_MASQ = new ChainName("KUBE-MARK-MASQ");
    public static final ChainName FORWARD = new ChainName("KUBE-FORWARD");
    public static final ChainName PROXY_FIREWALL = new ChainName("KUBE-PROXY-FIREWALL");
    public static final ChainName SOURCE_RANGES = new ChainName("KUBE-SOURCE-RANGES-FIREWALL");
    public static final ChainName IPVS_FILTER = new ChainName("KUBE-IPVS-FILTER");

    /// In mangle, for what comes in: marks local traffic. kube-proxy has no such chain.
    public static final ChainName IPVS_MARK = new ChainName("KUBE-IPVS-MARK");

    /// In mangle, for what the node sends: IPVS takes it before the filter table sees it.
    public static final ChainName IPVS_OUTPUT = new ChainName("KUBE-IPVS-OUTPUT");

    /// kube-proxy's, which [#IPVS_OUTPUT] stands in for.
    public static final ChainName IPVS_OUT_FILTER = new ChainName("KUBE-IPVS-OUT-FILTER");

    /// Chains that a proxy in mode iptables makes and this one does not, and kube-proxy's canary.
    private static final Set<String> OF_IPTABLES_NAT =
            Set.of("KUBE-NODEPORTS", "KUBE-PROXY-CANARY");

    private static final Set<String> OF_IPTABLES_FILTER =
            Set.of(
                    "KUBE-SERVICES",
                    "KUBE-EXTERNAL-SERVICES",
                    "KUBE-NODEPORTS",
                    "KUBE-IPVS-OUT-FILTER",
                    "KUBE-PROXY-CANARY");

    /// Whether a chain of the nat table is what a predecessor left.
    public static boolean isStaleInNat(ChainName chain) {
        String name = chain.text();
        return OF_IPTABLES_NAT.contains(name)
                || name.startsWith("KUBE-SVC-")
                || name.startsWith("KUBE-SVL-")
                || name.startsWith("KUBE-EXT-")
                || name.startsWith("KUBE-FW-")
                || name.startsWith("KUBE-SEP-")
                || name.startsWith("KUBE-XLB-")
                || name.startsWith("KUBE-IP-")
                || name.startsWith("KUBE-NP-");
    }

    /// Whether a chain of the filter table is what a predecessor left.
    public static boolean isStaleInFilter(ChainName chain) {
        return OF_IPTABLES_FILTER.contains(chain.text());
    }
}
