package dev.swivel.lab.cluster;

import static dev.swivel.lab.cluster.BridgeNetwork.noDad;
import static dev.swivel.lab.cluster.ClusterLayout.GATEWAY;

import dev.swivel.lab.traffic.SocketText;
import java.net.InetAddress;
import java.util.List;

/// Pods without a bridge, each at the end of a cable of its own, to which its node has a route; and
/// a VXLAN between the nodes, so that what lies between them sees no pod address. As Calico makes
/// it in its VXLAN mode.
final class OverlayNetwork implements PodNetwork {
    private static final String TUNNEL = "vxlan0";

    /// The tunnel takes 50 bytes of each packet.
    private static final int MTU = 1450;

    /// What every pod takes for its gateway: its node has it at the other end of each cable.
    private static final DualStack<InetAddress> NEXT_HOP =
            new DualStack<>(InetAddress.ofLiteral("169.254.1.1"), InetAddress.ofLiteral("fe80::1"));

    @Override
    public void addNode(NodePlace node, List<NodePlace> all, Wiring wiring) {
        wiring.in(
                node.namespace(),
                ("link add name %s type vxlan id 42 dstport 4789 local %s group 239.1.1.42"
                                + " dev eth0")
                        .formatted(TUNNEL, SocketText.format(node.addresses().ipv4())),
                "link set dev %s mtu %d up".formatted(TUNNEL, MTU));
        for (var range : node.podRange().both()) {
            wiring.in(
                    node.namespace(),
                    "address add %s dev %s%s"
                            .formatted(host(range, GATEWAY), TUNNEL, noDad(range)));
        }
        for (var other : all) {
            if (other.number() != node.number()) {
                for (var range : other.podRange().both()) {
                    wiring.in(
                            node.namespace(),
                            "route add %s via %s dev %s onlink"
                                    .formatted(
                                            range, SocketText.format(range.host(GATEWAY)), TUNNEL));
                }
            }
        }
    }

    @Override
    public void addPod(NodePlace node, PodPlace pod, Wiring wiring) {
        String cable = pod.nodeDevice();
        wiring.cable(node.namespace(), cable, pod.namespace(), "eth0");
        wiring.in(
                node.namespace(),
                "link set dev %s mtu %d up".formatted(cable, MTU),
                "address add %s/32 dev %s scope link"
                        .formatted(SocketText.format(NEXT_HOP.ipv4()), cable),
                "address add %s/64 dev %s nodad"
                        .formatted(SocketText.format(NEXT_HOP.ipv6()), cable));
        wiring.in(
                pod.namespace(),
                "link set dev lo up",
                "link set dev eth0 mtu %d up".formatted(MTU),
                "route add %s dev eth0".formatted(SocketText.format(NEXT_HOP.ipv4())));
        for (var range : node.podRange().both()) {
            wiring.in(
                    node.namespace(),
                    // A node speaks to its pods with its own address, not with that of the gateway.
                    "route add %s dev %s src %s"
                            .formatted(
                                    host(range, pod.host()),
                                    cable,
                                    SocketText.format(range.host(GATEWAY))));
            InetAddress next = range.isIpv4() ? NEXT_HOP.ipv4() : NEXT_HOP.ipv6();
            wiring.in(
                    pod.namespace(),
                    "address add %s dev eth0%s".formatted(host(range, pod.host()), noDad(range)),
                    "route add default via %s dev eth0".formatted(SocketText.format(next)));
        }
    }

    @Override
    public String device(PodPlace pod) {
        return pod.nodeDevice();
    }

    private static Subnet host(Subnet range, int number) {
        return new Subnet(range.host(number), range.isIpv4() ? 32 : 128);
    }
}
