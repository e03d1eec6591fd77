package dev.swivel.core.resolve;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.EndpointChoice;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.resolve.EndpointMerge.Candidate;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Chooses the endpoints of one Service port: the only place that decides which endpoint is usable
/// (spec 2.2, 2.3).
final class EndpointSelection {
    private EndpointSelection() {}

    /// Which sets a port needs (spec 2.1).
    ///
    /// @param usesCluster some traffic of the port goes by policy Cluster
    /// @param usesLocal some traffic of the port goes by policy Local
    /// @param wantsServing also list the serving endpoints
    record Need(boolean usesCluster, boolean usesLocal, boolean wantsServing) {}

    static EndpointChoice choose(List<Candidate> candidates, Need need, NodeView node) {
        List<Candidate> cluster = need.usesCluster() ? clusterSet(candidates, node) : List.of();
        List<Candidate> local = need.usesLocal() ? localSet(candidates) : List.of();
        boolean hasAny =
                !cluster.isEmpty()
                        || (need.usesLocal()
                                && candidates.stream()
                                        .anyMatch(c -> c.isReady() || c.isFallback()));
        List<Candidate> serving =
                need.wantsServing() ? only(candidates, c -> c.entry().serving()) : List.of();
        return new EndpointChoice(endpoints(cluster), endpoints(local), hasAny, endpoints(serving));
    }

    private static List<Candidate> clusterSet(List<Candidate> candidates, NodeView node) {
        List<Candidate> ready = TopologyHints.filter(only(candidates, Candidate::isReady), node);
        return ready.isEmpty() ? only(candidates, Candidate::isFallback) : ready;
    }

    /// Hints say nothing about it.
    private static List<Candidate> localSet(List<Candidate> candidates) {
        List<Candidate> local = only(candidates, c -> c.endpoint().local());
        List<Candidate> ready = only(local, Candidate::isReady);
        return ready.isEmpty() ? only(local, Candidate::isFallback) : ready;
    }

    private static List<Candidate> only(
            List<Candidate> candidates, Predicate<Candidate> condition) {
        return candidates.stream().filter(condition).toList();
    }

    private static List<Endpoint> endpoints(List<Candidate> candidates) {
        Stream<Endpoint> endpoints = candidates.stream().map(Candidate::endpoint);
        return endpoints.toList();
    }
}
