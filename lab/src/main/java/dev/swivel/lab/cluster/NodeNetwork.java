package dev.swivel.lab.cluster;

import static dev.swivel.lab.cluster.BridgeNetwork.noDad;
import static dev.swivel.lab.cluster.ClusterLayout.NODE_NETWORK;
import static dev.swivel.lab.cluster.ClusterLayout.OUTSIDE;
import static dev.swivel.lab.cluster.ClusterLayout.OUTSIDE_NETWORK;
import static dev.swivel.lab.cluster.ClusterLayout.ROUTER;

import dev.swivel.lab.cluster.PodNetwork.NodePlace;
import dev.swivel.lab.traffic.SocketText;
import java.util.List;

/// What lies around the pods: the network of the nodes, the machine outside, and the router between
/// them. The nodes' network is a bridge in the router's namespace.
final class NodeNetwork {
    static final String NODES = "nodes";
    private static final String OUTWARDS = "outside";

    /// The routing table of what the router itself sends.
    private static final int OWN_TABLE = 100;

    private final String router;

    NodeNetwork(String routerNamespace) {
        this.router = routerNamespace;
    }

    void addRouter(List<NodePlace> nodes, Wiring wiring) {
        wiring.in(
                router,
                "link set dev lo up",
                "link add name %s address 0a:58:0a:80:00:01 type bridge mcast_snooping 0"
                        .formatted(NODES),
                "link set dev " + NODES + " up",
                "link set dev " + OUTWARDS + " up");
        for (var subnet : NODE_NETWORK.both()) {
            wiring.in(router, address(subnet, ROUTER, NODES));
        }
        for (var subnet : OUTSIDE_NETWORK.both()) {
            wiring.in(router, address(subnet, ROUTER, OUTWARDS));
        }
        addOwnRoutes(nodes, wiring);
    }

    void addOutside(String namespace, Wiring wiring) {
        wiring.cable(router, OUTWARDS, namespace, "eth0");
        wiring.in(namespace, "link set dev lo up", "link set dev eth0 up");
        attach(namespace, OUTSIDE_NETWORK, OUTSIDE, wiring);
    }

    void addNode(NodePlace node, Wiring wiring) {
        var device = "node" + node.number();
        wiring.cable(router, device, node.namespace(), "eth0");
        wiring.in(router, "link set dev %s master %s up".formatted(device, NODES));
        wiring.in(node.namespace(), "link set dev lo up", "link set dev eth0 up");
        attach(node.namespace(), NODE_NETWORK, ClusterLayout.nodeHost(node.number()), wiring);
    }

    private static void attach(
            String namespace, DualStack<Subnet> network, int host, Wiring wiring) {
        for (var subnet : network.both()) {
            wiring.in(
                    namespace,
                    address(subnet, host, "eth0"),
                    "route add default via " + SocketText.format(subnet.host(ROUTER)));
        }
    }

    /// The API server in the router's namespace must be able to answer pods, but the machine
    /// outside must not reach pod addresses: so these routes serve only what the router itself
    /// sends (`iif lo`), not what it forwards.
    private void addOwnRoutes(List<NodePlace> nodes, Wiring wiring) {
        var rule = "rule add iif lo lookup " + OWN_TABLE;
        wiring.in(router, rule);
        wiring.ipv6In(router, rule);
        for (var node : nodes) {
            var via = node.addresses().map(SocketText::format);
            wiring.in(
                    router,
                    "route add %s via %s table %d"
                            .formatted(node.podRange().ipv4(), via.ipv4(), OWN_TABLE),
                    "route add %s via %s table %d"
                            .formatted(node.podRange().ipv6(), via.ipv6(), OWN_TABLE));
        }
    }

    private static String address(Subnet subnet, int host, String device) {
        return "address add %s dev %s%s"
                .formatted(subnet.interfaceAddress(host), device, noDad(subnet));
    }
}
