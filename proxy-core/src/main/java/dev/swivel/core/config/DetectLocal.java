package dev.swivel.core.config;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.Node;
import java.util.List;
import java.util.Optional;

/// `detectLocalMode` with what it needs (spec 11.6).
public sealed interface DetectLocal {
    /// @param cidrs the cluster's pod ranges, at most one per family
    record ClusterCidr(List<Cidr> cidrs) implements DetectLocal {
        public ClusterCidr {
            cidrs = List.copyOf(cidrs);
        }
    }

    /// The Node's `spec.podCIDRs`.
    record NodeCidr() implements DetectLocal {}

    record BridgeInterface(String name) implements DetectLocal {}

    record InterfaceNamePrefix(String prefix) implements DetectLocal {}

    /// What it means for one family on this node.
    ///
    /// @param node the own Node, once it is known
    default LocalTraffic resolve(IpFamily family, Optional<Node> node) {
        return switch (this) {
            case ClusterCidr(var cidrs) -> firstOf(cidrs, family);
            case NodeCidr() -> firstOf(node.map(Node::podCidrs).orElse(List.of()), family);
            case BridgeInterface(var name) -> new LocalTraffic.FromInterface(name);
            case InterfaceNamePrefix(var prefix) -> new LocalTraffic.FromInterfacePrefix(prefix);
        };
    }

    private static LocalTraffic firstOf(List<Cidr> cidrs, IpFamily family) {
        return cidrs.stream()
                .filter(cidr -> cidr.family() == family)
                .findFirst()
                .<LocalTraffic>map(LocalTraffic.FromCidr::new)
                .orElse(LocalTraffic.UNKNOWN);
    }
}
