package dev.swivel.ipvs.render;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.SourceRanges;
import java.util.List;

/// What the kernel's state depends on besides the services, for one IP family.
///
/// @param masqueradeBit 0 to 31
/// @param masqueradeAll masquerade all traffic to ClusterIPs
/// @param randomFully whether the tools know `--random-fully`
/// @param scheduler of services that do not ask for another
/// @param stickyScheduler keeps a client at a real server by hashing its address
/// @param nodeIps the node's own, primary first
/// @param nodePortAddresses where node ports answer, none of them loopback or link-local
/// @param hostAddresses what the node's interfaces carry, but for the one of the services
public record Layout(
        IpFamily family,
        int masqueradeBit,
        boolean masqueradeAll,
        boolean randomFully,
        String scheduler,
        String stickyScheduler,
        LocalTraffic localTraffic,
        List<IpAddress> nodeIps,
        List<IpAddress> nodePortAddresses,
        List<IpAddress> hostAddresses) {

    public Layout {
        nodeIps = List.copyOf(nodeIps);
        nodePortAddresses = List.copyOf(nodePortAddresses);
        hostAddresses = List.copyOf(hostAddresses);
    }

    /// The layout for another view of the node.
    public Layout with(NodeView node) {
        List<IpAddress> candidates =
                switch (node.nodePortAddresses()) {
                    case NodePortAddresses.All() -> node.addresses();
                    case NodePortAddresses.Only(var addresses) -> addresses;
                };
        return new Layout(
                family,
                masqueradeBit,
                masqueradeAll,
                randomFully,
                scheduler,
                stickyScheduler,
                node.localTraffic(),
                node.ips(),
                candidates.stream()
                        .filter(ip -> !ip.isLoopback() && !ip.isLinkLocalV6())
                        .distinct()
                        .toList(),
                node.addresses());
    }

    /// Whether the node itself is among those who may use a VIP (spec 3.4).
    boolean admitsNode(SourceRanges.Only ranges) {
        return ranges.ranges().stream()
                .anyMatch(range -> nodeIps.stream().anyMatch(range::contains));
    }
}
