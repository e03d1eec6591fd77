package dev.swivel.lab.cluster;

import static dev.swivel.lab.cluster.ClusterLayout.GATEWAY;

import dev.swivel.lab.traffic.SocketText;
import java.util.List;

/// Pods on a bridge per node and a route per node between them, as the CNI bridge plugin with host
/// routes makes it.
///
/// A pod's answer to a pod on the same bridge must pass the node's NAT to get its service address
/// back. It does because `net.bridge.bridge-nf-call-iptables` is on in the nodes ([Sysctls]), as
/// Kubernetes requires of bridge networks.
final class BridgeNetwork implements PodNetwork {
    private static final String BRIDGE = "cni0";

    @Override
    public void addNode(NodePlace node, List<NodePlace> all, Wiring wiring) {
        wiring.in(
                node.namespace(),
                // A fixed MAC: a bridge otherwise takes a new one as ports come and go, and pods
                // would send to the old one. No snooping: without a querier it may swallow
                // neighbour discovery.
                "link add name %s address 0a:58:c0:a8:%02x:01 type bridge mcast_snooping 0"
                        .formatted(BRIDGE, node.number()),
                "link set dev " + BRIDGE + " up");
        for (var range : node.podRange().both()) {
            wiring.in(
                    node.namespace(),
                    "address add %s dev %s%s"
                            .formatted(range.interfaceAddress(GATEWAY), BRIDGE, noDad(range)));
        }
        for (var other : all) {
            if (other.number() != node.number()) {
                addRoute(node, other, wiring);
            }
        }
    }

    @Override
    public void addPod(NodePlace node, PodPlace pod, Wiring wiring) {
        wiring.cable(node.namespace(), pod.nodeDevice(), pod.namespace(), "eth0");
        wiring.in(
                node.namespace(),
                "link set dev %s master %s up".formatted(pod.nodeDevice(), BRIDGE),
                // A pod that reaches itself through a service gets its packet back on its own port.
                "link set dev %s type bridge_slave hairpin on".formatted(pod.nodeDevice()));
        wiring.in(pod.namespace(), "link set dev lo up", "link set dev eth0 up");
        for (var range : node.podRange().both()) {
            wiring.in(
                    pod.namespace(),
                    "address add %s dev eth0%s"
                            .formatted(range.interfaceAddress(pod.host()), noDad(range)),
                    "route add default via " + SocketText.format(range.host(GATEWAY)));
        }
    }

    @Override
    public String device(PodPlace pod) {
        return BRIDGE;
    }

    private static void addRoute(NodePlace from, NodePlace to, Wiring wiring) {
        var ranges = to.podRange();
        var via = to.addresses();
        wiring.in(
                from.namespace(),
                "route add %s via %s".formatted(ranges.ipv4(), SocketText.format(via.ipv4())),
                "route add %s via %s".formatted(ranges.ipv6(), SocketText.format(via.ipv6())));
    }

    /// Duplicate address detection would keep an address from use for a second.
    static String noDad(Subnet subnet) {
        return subnet.isIpv4() ? "" : " nodad";
    }
}
