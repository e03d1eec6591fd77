package dev.swivel.lab.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// What a cluster should look like. Two nodes, no pods and no external routes unless said
/// otherwise.
public final class LabClusterBuilder {
    private static final Pattern PREFIX = Pattern.compile("[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?");
    private static final AtomicInteger COUNT = new AtomicInteger();

    private int nodes = 2;
    private String prefix =
            "lab-%d-%d".formatted(ProcessHandle.current().pid(), COUNT.incrementAndGet());
    private IptablesFlavour flavour = IptablesFlavour.NFT;
    private PodNetwork podNetwork = new BridgeNetwork();
    private final List<PodSpec> pods = new ArrayList<>();
    private final Map<Subnet, List<String>> routes = new LinkedHashMap<>();

    LabClusterBuilder() {}

    /// How many nodes, 1 to 99: `node-1`, `node-2`, ….
    public LabClusterBuilder nodes(int count) {
        if (count < 1 || count > ClusterLayout.MAX_NODES) {
            throw new IllegalArgumentException("nodes: " + count + " (expected: 1..99)");
        }
        nodes = count;
        return this;
    }

    /// A fixed name in front of all namespaces, for people to type: `swivel` makes `swivel-node-1`.
    /// Only one cluster can have it at a time.
    public LabClusterBuilder prefix(String text) {
        if (!PREFIX.matcher(text).matches()) {
            throw new IllegalArgumentException("prefix: " + text + " (expected: a DNS label)");
        }
        prefix = text;
        return this;
    }

    /// Which iptables the nodes' masquerade rules are made with. The kernel runs both side by side;
    /// a backend under test should find the flavour it uses itself.
    public LabClusterBuilder iptables(IptablesFlavour which) {
        flavour = which;
        return this;
    }

    /// Pods are routed, and nodes are joined by a VXLAN, in place of a bridge per node and routes
    /// between them.
    public LabClusterBuilder overlay() {
        podNetwork = new OverlayNetwork();
        return this;
    }

    public LabClusterBuilder pod(PodSpec spec) {
        pods.add(spec);
        return this;
    }

    /// The router sends this prefix to these nodes, or spread over all if none is named.
    public LabClusterBuilder route(Subnet external, String... nodeNames) {
        routes.put(external, List.of(nodeNames));
        return this;
    }

    /// Builds the cluster. All pods answer when this returns.
    ///
    /// @throws IOException if something could not be made; nothing is left of it then
    public LabCluster start() throws IOException {
        return LabCluster.start(this);
    }

    int nodes() {
        return nodes;
    }

    String prefix() {
        return prefix;
    }

    IptablesFlavour flavour() {
        return flavour;
    }

    PodNetwork podNetwork() {
        return podNetwork;
    }

    List<PodSpec> pods() {
        return List.copyOf(pods);
    }

    Map<Subnet, List<String>> routes() {
        return routes;
    }
}
