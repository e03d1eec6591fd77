package dev.swivel.lab.cluster;

import dev.swivel.lab.cluster.PodNetwork.NodePlace;
import dev.swivel.lab.traffic.Place;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A node of the cluster. Each has an iptables lock of its own, as real machines have; on one
/// machine all namespaces would otherwise wait for the same file.
public final class Node extends Machine {
    private static final Path SHARED_LOCK = Path.of("/run/xtables.lock");

    private final NodePlace plan;
    private final Path lock;
    private int nextPod = ClusterLayout.FIRST_POD; // guarded by the cluster

    Node(NodePlace plan, Place place, Path lock) throws IOException {
        super(plan.namespace(), place, plan.addresses());
        this.plan = plan;
        this.lock = Files.createFile(lock);
    }

    public int number() {
        return plan.number();
    }

    /// The ranges its pods are addressed from: the node's `podCIDRs`.
    public DualStack<Subnet> podRange() {
        return plan.podRange();
    }

    NodePlace plan() {
        return plan;
    }

    /// The host number for the next pod that does not ask for a certain one.
    int takeHost() {
        return nextPod++;
    }

    @Override
    List<InetAddress> listenAddresses() {
        var all = new ArrayList<>(super.listenAddresses());
        all.addAll(podRange().map(range -> range.host(ClusterLayout.GATEWAY)).both());
        return all;
    }

    @Override
    Map<String, String> environment() {
        return Map.of("XTABLES_LOCKFILE", lock.toString());
    }

    /// A daemon may clear its children's environment, so its lock is mounted in place as well; `ip
    /// netns exec` has given it a mount namespace of its own.
    @Override
    List<String> launcher() {
        return List.of(
                "sh",
                "-c",
                "touch %1$s && mount --bind \"$XTABLES_LOCKFILE\" %1$s && exec \"$@\""
                        .formatted(SHARED_LOCK),
                "sh");
    }
}
