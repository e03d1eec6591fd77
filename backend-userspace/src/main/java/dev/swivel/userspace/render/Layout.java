package dev.swivel.userspace.render;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.SourceRanges;
import java.util.List;

/// What rules and routes depend on besides the services, for one IP family.
///
/// @param markBit 0 to 31: what the relay sends carries that bit
/// @param masqueradeAll masquerade all traffic to ClusterIPs
/// @param dropInvalid whether packets that conntrack cannot place are dropped (spec 4.9)
/// @param firstPort of the listeners, see [InnerRange#port]
public record Layout(
        IpFamily family,
        int markBit,
        boolean masqueradeAll,
        boolean dropInvalid,
        int firstPort,
        List<IpAddress> nodeIps,
        LocalTraffic localTraffic,
        NodePortAddresses nodePortAddresses,
        boolean localhostNodePorts) {

    public Layout {
        nodeIps = List.copyOf(nodeIps);
    }

    /// The layout before anything is known of the node.
    public static Layout of(
            IpFamily family, int markBit, boolean masqueradeAll, boolean dropInvalid) {
        return new Layout(
                family,
                markBit,
                masqueradeAll,
                dropInvalid,
                InnerRange.FIRST_PORT,
                List.of(),
                LocalTraffic.UNKNOWN,
                NodePortAddresses.ALL,
                false);
    }

    /// The layout for another view of the node, or other ports.
    public Layout with(NodeView node, int port) {
        return new Layout(
                family,
                markBit,
                masqueradeAll,
                dropInvalid,
                port,
                node.ips(),
                node.localTraffic(),
                node.nodePortAddresses(),
                node.localhostNodePorts());
    }

    /// Whether the node itself is among those who may use a VIP (spec 3.4).
    boolean admitsNode(SourceRanges.Only ranges) {
        return ranges.ranges().stream()
                .anyMatch(range -> nodeIps.stream().anyMatch(range::contains));
    }
}
