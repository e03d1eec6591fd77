package dev.swivel.userspace.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.SourceRanges;
import java.util.List;
import java.util.Optional;

/// What rules and routes depend on besides the services, for one IP family.
///
/// @param markBit 0 to 31: what the relay sends carries that bit
/// @param masqueradeAll masquerade all traffic to ClusterIPs
/// @param dropInvalid whether packets that conntrack cannot place are dropped (spec 4.9)
/// @param mirroring whether this machine has rules that translate a range of sources
/// @param firstPort of the listeners, see [InnerRange#port]
public record Layout(
        IpFamily family,
        int markBit,
        boolean masqueradeAll,
        boolean dropInvalid,
        boolean mirroring,
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
                true,
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
                mirroring,
                port,
                node.ips(),
                node.localTraffic(),
                node.nodePortAddresses(),
                node.localhostNodePorts());
    }

    /// The layout for a machine without rules that translate a range of sources.
    public Layout withoutMirror() {
        return new Layout(
                family,
                markBit,
                masqueradeAll,
                dropInvalid,
                false,
                firstPort,
                nodeIps,
                localTraffic,
                nodePortAddresses,
                localhostNodePorts);
    }

    /// The clients whose sources a rule keeps, see [InnerRange#mirror]: the pods, if they are told
    /// by a range.
    public Optional<Cidr> mirrored() {
        return mirroring && localTraffic instanceof LocalTraffic.FromCidr(var clients)
                ? InnerRange.mirror(clients).map(_ -> clients)
                : Optional.empty();
    }

    /// Whether the node itself is among those who may use a VIP (spec 3.4).
    boolean admitsNode(SourceRanges.Only ranges) {
        return ranges.ranges().stream()
                .anyMatch(range -> nodeIps.stream().anyMatch(range::contains));
    }
}
