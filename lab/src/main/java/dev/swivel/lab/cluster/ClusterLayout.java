package dev.swivel.lab.cluster;

import java.net.InetAddress;

/// Which addresses belong to whom. Nodes are numbered from 1.
///
/// | network | IPv4 | IPv6 | who |
/// |---|---|---|---|
/// | nodes | 10.128.0.0/24 | fd00:10:128::/64 | .1 router, .2 node-1, .3 node-2, … |
/// | outside | 10.130.0.0/24 | fd00:10:130::/64 | .1 router, .10 the machine outside |
/// | pods of node n | 192.168.n.0/24 | fd00:192:168:n::/64 | .1 the bridge, .11 the first pod, … |
public final class ClusterLayout {
    public static final DualStack<Subnet> NODE_NETWORK =
            subnets("10.128.0.0/24", "fd00:10:128::/64");
    public static final DualStack<Subnet> OUTSIDE_NETWORK =
            subnets("10.130.0.0/24", "fd00:10:130::/64");

    static final int ROUTER = 1;
    static final int OUTSIDE = 10;
    static final int GATEWAY = 1;
    static final int FIRST_POD = 11;
    static final int MAX_NODES = 99; // one IPv6 group holds the node number as it is written

    private static final int FIRST_NODE = 2;

    private ClusterLayout() {}

    /// The range that the pods of a node are addressed from.
    public static DualStack<Subnet> podRange(int nodeNumber) {
        return subnets("192.168." + nodeNumber + ".0/24", "fd00:192:168:" + nodeNumber + "::/64");
    }

    static int nodeHost(int nodeNumber) {
        return FIRST_NODE + nodeNumber - 1;
    }

    static DualStack<InetAddress> nodeAddresses(int nodeNumber) {
        return NODE_NETWORK.map(subnet -> subnet.host(nodeHost(nodeNumber)));
    }

    private static DualStack<Subnet> subnets(String ipv4, String ipv6) {
        return new DualStack<>(Subnet.parse(ipv4), Subnet.parse(ipv6));
    }
}
