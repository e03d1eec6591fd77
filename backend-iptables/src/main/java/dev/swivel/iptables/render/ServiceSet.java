package dev.swivel.iptables.render;

import dev.swivel.core.model.IpFamily;
import dev.swivel.netfilter.rule.SetName;

/// The sets that every node has, one of each per IP family. With them a service that is refused,
/// dropped or filtered costs an element, not a rule.
///
/// None has the name of a set of kube-proxy's IPVS mode, so that both can stand while one takes
/// over from the other.
public enum ServiceSet {
    /// Endpoint, its port, endpoint: what a pod sends to itself through a service.
    HAIRPIN("HAIRPIN", Kind.IP_PORT_IP),
    CLUSTER_REJECT("CLUSTER-REJECT", Kind.IP_PORT),
    CLUSTER_DROP("CLUSTER-DROP", Kind.IP_PORT),
    EXTERNAL_REJECT("EXTERNAL-REJECT", Kind.IP_PORT),
    EXTERNAL_DROP("EXTERNAL-DROP", Kind.IP_PORT),
    /// VIPs that only some sources may use.
    RESTRICTED("RESTRICTED", Kind.IP_PORT),
    /// Restricted VIPs without endpoints, with the sources that may know it.
    ADMITTED("ADMITTED", Kind.IP_PORT_NET),
    NODE_PORT_REJECT("NODE-PORT-REJECT", Kind.ANY_PORT),
    NODE_PORT_DROP("NODE-PORT-DROP", Kind.ANY_PORT),
    HEALTH_CHECK("HEALTH-CHECK-PORT", Kind.ANY_PORT);

    private final String suffix;
    private final Kind kind;

    ServiceSet(String suffix, Kind kind) {
        this.suffix = suffix;
        this.kind = kind;
    }

    public SetName name(IpFamily family) {
        return new SetName((family == IpFamily.IPV4 ? "KUBE-IPT-" : "KUBE-6-IPT-") + suffix);
    }

    public Kind kind() {
        return kind;
    }

    /// What an element holds.
    public enum Kind {
        /// hash:ip,port
        IP_PORT,
        /// hash:ip,port,ip
        IP_PORT_IP,
        /// hash:ip,port,net
        IP_PORT_NET,
        /// A port on every address. bitmap:port knows no SCTP, so it is a hash:net,port with the
        /// two halves of the address space (the kernel takes no /0).
        ANY_PORT
    }
}
