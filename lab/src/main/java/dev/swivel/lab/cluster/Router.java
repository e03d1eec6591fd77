package dev.swivel.lab.cluster;

import dev.swivel.lab.traffic.Place;
import dev.swivel.lab.traffic.SocketText;
import dev.swivel.linux.exec.CommandException;
import java.util.ArrayList;
import java.util.List;

/// Between the nodes' network and the outside, and the nodes' default gateway. The API server's
/// machine, too.
public final class Router extends Machine {
    Router(String namespace, Place place) {
        super(
                namespace,
                place,
                ClusterLayout.NODE_NETWORK.map(net -> net.host(ClusterLayout.ROUTER)));
    }

    /// Sends what is addressed to the prefix to one node, or spread over several by addresses and
    /// ports: what a load balancer or BGP does for external addresses. Replaces an earlier route.
    public void route(Subnet prefix, List<Node> nodes) throws CommandException {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("no node to route " + prefix + " to");
        }
        var argv = new ArrayList<>(List.of("ip", "route", "replace", prefix.toString()));
        for (var node : nodes) {
            var via = prefix.isIpv4() ? node.addresses().ipv4() : node.addresses().ipv6();
            argv.addAll(List.of("nexthop", "via", SocketText.format(via)));
        }
        exec(argv.toArray(String[]::new));
    }
}
