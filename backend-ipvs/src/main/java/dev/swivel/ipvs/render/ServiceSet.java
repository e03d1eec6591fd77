package dev.swivel.ipvs.render;

import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.netfilter.rule.SetName;

/// The sets that every node has, one of each per IP family (spec 5.7). Those up to [#IPVS_IPS] have
/// kube-proxy's names, types and members, if not said otherwise.
public enum ServiceSet {
    /// Endpoint, its port, endpoint: what a pod sends to itself. kube-proxy has only endpoints of
    /// this node there.
    LOOP_BACK("LOOP-BACK", Kind.IP_PORT_IP),
    CLUSTER_IP("CLUSTER-IP", Kind.IP_PORT),
    EXTERNAL_IP("EXTERNAL-IP", Kind.IP_PORT),
    EXTERNAL_IP_LOCAL("EXTERNAL-IP-LOCAL", Kind.IP_PORT),
    LOAD_BALANCER("LOAD-BALANCER", Kind.IP_PORT),
    LOAD_BALANCER_LOCAL("LOAD-BALANCER-LOCAL", Kind.IP_PORT),
    LOAD_BALANCER_FW("LOAD-BALANCER-FW", Kind.IP_PORT),
    LOAD_BALANCER_SOURCE_CIDR("LOAD-BALANCER-SOURCE-CIDR", Kind.IP_PORT_NET),
    LOAD_BALANCER_SOURCE_IP("LOAD-BALANCER-SOURCE-IP", Kind.IP_PORT_IP),
    NODE_PORT_TCP("NODE-PORT-TCP", Kind.PORT),
    NODE_PORT_LOCAL_TCP("NODE-PORT-LOCAL-TCP", Kind.PORT),
    NODE_PORT_UDP("NODE-PORT-UDP", Kind.PORT),
    NODE_PORT_LOCAL_UDP("NODE-PORT-LOCAL-UDP", Kind.PORT),
    NODE_PORT_SCTP("NODE-PORT-SCTP-HASH", Kind.IP_PORT),
    NODE_PORT_LOCAL_SCTP("NODE-PORT-LOCAL-SCTP-HASH", Kind.IP_PORT),
    HEALTH_CHECK_NODE_PORT("HEALTH-CHECK-NODE-PORT", Kind.PORT),
    IPVS_IPS("IPVS-IPS", Kind.IP),

    /// What is rejected for want of endpoints. Not kube-proxy's, like those that follow.
    IPVS_REJECT("IPVS-REJECT", Kind.IP_PORT),
    /// What is dropped for want of local endpoints, unless the packet carries a mark.
    IPVS_DROP("IPVS-DROP", Kind.IP_PORT),
    /// The mark of the virtual server with all endpoints, for local traffic under policy Local.
    IPVS_MARK("IPVS-MARK", Kind.MARKED_IP_PORT);

    private static final int LONGEST = 31; // ip_set.h, IPSET_MAXNAMELEN less the final NUL

    private final String suffix;
    private final Kind kind;

    ServiceSet(String suffix, Kind kind) {
        this.suffix = suffix;
        this.kind = kind;
    }

    public SetName name(IpFamily family) {
        String name = (family == IpFamily.IPV4 ? "KUBE-" : "KUBE-6-") + suffix;
        return new SetName(name.substring(0, Math.min(name.length(), LONGEST)));
    }

    public Kind kind() {
        return kind;
    }

    /// The set of node ports of a protocol.
    ///
    /// @param local of those with ETP Local only, or of all
    static ServiceSet nodePorts(Protocol protocol, boolean local) {
        return switch (protocol) {
            case TCP -> local ? NODE_PORT_LOCAL_TCP : NODE_PORT_TCP;
            case UDP -> local ? NODE_PORT_LOCAL_UDP : NODE_PORT_UDP;
            case SCTP -> local ? NODE_PORT_LOCAL_SCTP : NODE_PORT_SCTP;
        };
    }

    /// What an element holds.
    public enum Kind {
        /// hash:ip
        IP,
        /// hash:ip,port
        IP_PORT,
        /// hash:ip,port with skbinfo
        MARKED_IP_PORT,
        /// hash:ip,port,ip
        IP_PORT_IP,
        /// hash:ip,port,net
        IP_PORT_NET,
        /// bitmap:port
        PORT
    }
}
