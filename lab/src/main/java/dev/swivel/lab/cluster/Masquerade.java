package dev.swivel.lab.cluster;

import dev.swivel.lab.cluster.PodNetwork.NodePlace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The rules by which pods leave the cluster with their node's address, in a chain of the lab's
/// own. Among pods and nodes addresses stay as they are.
final class Masquerade {
    static final String CHAIN = "LAB-POSTROUTING";

    private Masquerade() {}

    /// The rules of a node as input for `iptables-restore --noflush`, for each family.
    static DualStack<String> rules(NodePlace node, List<NodePlace> all) {
        return new DualStack<>(
                rules(node, all, DualStack::ipv4), rules(node, all, DualStack::ipv6));
    }

    private static String rules(
            NodePlace node, List<NodePlace> all, Function<DualStack<Subnet>, Subnet> family) {
        var lines = new ArrayList<String>();
        lines.add("*nat");
        lines.add(":" + CHAIN + " - [0:0]");
        for (var other : all) {
            lines.add(
                    rule(
                            CHAIN,
                            "-d " + family.apply(other.podRange()),
                            "pods see each other's addresses",
                            "RETURN"));
        }
        lines.add(
                rule(
                        CHAIN,
                        "-d " + family.apply(ClusterLayout.NODE_NETWORK),
                        "nodes see the addresses of pods",
                        "RETURN"));
        lines.add(
                rule(
                        CHAIN,
                        "-s " + family.apply(node.podRange()),
                        "pods leave the cluster as their node",
                        "MASQUERADE --random-fully"));
        lines.add(rule("POSTROUTING", "", "lab: what leaves the cluster", CHAIN));
        lines.add("COMMIT");
        return String.join("\n", lines) + "\n";
    }

    private static String rule(String chain, String match, String comment, String target) {
        return "-A %s %s -m comment --comment \"%s\" -j %s"
                .formatted(chain, match, comment, target);
    }
}
