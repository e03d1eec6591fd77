package dev.swivel.core.resolve;

import dev.swivel.core.model.NodeView;
import dev.swivel.core.resolve.EndpointMerge.Candidate;
import java.util.List;
import java.util.function.Function;

/// Which ready endpoints the topology hints leave for this node (spec 2.4).
final class TopologyHints {
    private TopologyHints() {}

    /// Node hints win over zone hints. Hints of a kind count only if every ready endpoint has one
    /// and one of them names this node, or its zone; else all are used.
    ///
    /// @param ready only ready endpoints
    static List<Candidate> filter(List<Candidate> ready, NodeView node) {
        List<Candidate> onNode = hintedFor(ready, c -> c.entry().nodeHints(), node.name());
        if (!onNode.isEmpty()) {
            return onNode;
        }
        List<Candidate> inZone =
                node.zone()
                        .filter(zone -> !zone.isEmpty())
                        .map(zone -> hintedFor(ready, c -> c.entry().zoneHints(), zone))
                        .orElse(List.of());
        return inZone.isEmpty() ? ready : inZone;
    }

    private static List<Candidate> hintedFor(
            List<Candidate> ready, Function<Candidate, List<String>> hints, String place) {
        boolean allHaveOne = ready.stream().noneMatch(c -> hints.apply(c).isEmpty());
        return allHaveOne
                ? ready.stream().filter(c -> hints.apply(c).contains(place)).toList()
                : List.of();
    }
}
