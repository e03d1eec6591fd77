package dev.swivel.iptables.render;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.SourceRanges;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.NodeMatches;
import java.util.List;
import java.util.Optional;

/// What rules depend on besides the services, for one IP family.
///
/// @param masqueradeBit 0 to 31
/// @param masqueradeAll masquerade all traffic to ClusterIPs
/// @param randomFully whether the tools know `--random-fully`
/// @param dropInvalid whether packets that conntrack cannot place are dropped (spec 4.9)
/// @param counting whether the kernel has the counters of [Names#COUNTERS] (spec 4.10)
public record Layout(
        IpFamily family,
        int masqueradeBit,
        boolean masqueradeAll,
        boolean randomFully,
        boolean dropInvalid,
        boolean counting,
        List<IpAddress> nodeIps,
        LocalTraffic localTraffic,
        NodePortAddresses nodePortAddresses,
        boolean localhostNodePorts) {

    public Layout {
        nodeIps = List.copyOf(nodeIps);
    }

    /// The layout for another view of the node.
    public Layout with(NodeView node) {
        return new Layout(
                family,
                masqueradeBit,
                masqueradeAll,
                randomFully,
                dropInvalid,
                counting,
                node.ips(),
                node.localTraffic(),
                node.nodePortAddresses(),
                node.localhostNodePorts() && family == IpFamily.IPV4);
    }

    /// The layout for a kernel that does not count.
    public Layout uncounted() {
        return new Layout(
                family,
                masqueradeBit,
                masqueradeAll,
                randomFully,
                dropInvalid,
                false,
                nodeIps,
                localTraffic,
                nodePortAddresses,
                localhostNodePorts);
    }

    /// The match for traffic of this node's pods, if it can be told.
    Optional<Match> fromLocalPod() {
        return NodeMatches.localTraffic(localTraffic, false);
    }

    /// The match for all but traffic of this node's pods, if it can be told.
    Optional<Match> notFromLocalPod() {
        return NodeMatches.localTraffic(localTraffic, true);
    }

    /// The matches for the addresses on which node ports answer: one rule for each (spec 4.7).
    List<List<Match>> nodePortDestinations() {
        return NodeMatches.nodePorts(nodePortAddresses, family, localhostNodePorts);
    }

    /// Whether the node itself is among those who may use a VIP (spec 3.4).
    boolean admitsNode(SourceRanges.Only ranges) {
        return ranges.ranges().stream()
                .anyMatch(range -> nodeIps.stream().anyMatch(range::contains));
    }
}
