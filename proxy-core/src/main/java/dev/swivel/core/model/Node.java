package dev.swivel.core.model;

import java.util.List;
import java.util.Optional;

/// This node's Node object, cut down to what a proxy reads (spec 1.3).
///
/// @param ips InternalIPs in order, then ExternalIPs
/// @param zone label `topology.kubernetes.io/zone`
/// @param leaving being deleted, or tainted for removal by the cluster autoscaler (spec 2.8)
public record Node(
        String name,
        List<IpAddress> ips,
        Optional<String> zone,
        List<Cidr> podCidrs,
        boolean leaving) {
    public Node {
        ips = List.copyOf(ips);
        podCidrs = List.copyOf(podCidrs);
    }

    /// The same with what was known before for what it does not say yet. A Node that is made anew,
    /// for the same machine, gets its addresses and its ranges one after the other.
    public Node completedBy(Node before) {
        return new Node(
                name,
                ips.isEmpty() ? before.ips : ips,
                zone,
                podCidrs.isEmpty() ? before.podCidrs : podCidrs,
                leaving);
    }
}
