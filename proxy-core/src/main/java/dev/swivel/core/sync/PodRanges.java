package dev.swivel.core.sync;

import static java.util.stream.Collectors.joining;

import dev.swivel.core.config.DetectLocal;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Whether the Node's ranges for pods go with what this node serves (spec 1.4).
final class PodRanges {
    private PodRanges() {}

    /// @param served the families of this node
    static List<Problem> problems(DetectLocal how, Set<IpFamily> served, Node node) {
        boolean needed = how instanceof DetectLocal.NodeCidr;
        List<Cidr> ranges = node.podCidrs();
        ObjectRef object = new ObjectRef("Node", "", node.name());
        if (ranges.isEmpty()) {
            return needed
                    ? List.of(
                            new Problem(
                                    object,
                                    "MissingPodCIDR",
                                    "spec.podCIDRs is empty, and detectLocalMode is NodeCIDR: what"
                                            + " comes from this node's pods cannot be told until"
                                            + " the cluster gives the Node a range"))
                    : List.of();
        }
        if (ranges.stream().anyMatch(range -> served.contains(range.family()))) {
            return List.of();
        }
        return List.of(
                new Problem(
                        object,
                        "PodCIDRFamily",
                        "spec.podCIDRs has ranges of %s only, but this node has %s%s"
                                .formatted(
                                        labels(ranges.stream().map(Cidr::family)),
                                        labels(served),
                                        needed
                                                ? ": what comes from its pods cannot be told"
                                                : "")));
    }

    private static String labels(Collection<IpFamily> families) {
        return labels(families.stream());
    }

    private static String labels(Stream<IpFamily> families) {
        return families.distinct().sorted().map(IpFamily::label).collect(joining(", "));
    }
}
