package dev.swivel.lab.scenario.traced;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.resolve.ServiceResolver;
import dev.swivel.core.sync.NodeViews;
import dev.swivel.core.sync.ProblemLog;
import dev.swivel.core.track.ClusterTracker;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.Kind;
import dev.swivel.core.watch.decode.Decoder;
import dev.swivel.core.watch.decode.NamespacedName;
import dev.swivel.core.watch.decode.ObjectFeed;
import dev.swivel.lab.scenario.ObjectName;
import dev.swivel.lab.scenario.ScenarioException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/// The pure part of a Swivel on one node: from objects to what must be programmed, at once and with
/// nothing kept from before.
final class TracedNode {
    private final String name;
    private final ProxyConfig config;
    private final List<IpAddress> present;
    private final ClusterTracker tracker = new ClusterTracker();
    private final List<Problem> reported = new ArrayList<>();
    private final ProblemLog problems = new ProblemLog(reported::add);
    private final ObjectFeed feed;
    private Optional<Node> node = Optional.empty();

    /// @param present every address that the node's interfaces carry
    TracedNode(String name, ProxyConfig config, List<IpAddress> present) {
        this.name = name;
        this.config = config;
        this.present = present;
        this.feed =
                new ObjectFeed(
                        new Decoder(
                                name,
                                config.featureGates()
                                        .getOrDefault("AllowServiceExternalIPs", true)),
                        this::take);
    }

    void put(ObjectNode object) {
        feed.put(kind(object.path("kind").asText()), object);
    }

    void remove(ObjectName object) {
        feed.remove(kind(object.kind()), new NamespacedName(object.namespace(), object.name()));
    }

    private static Kind kind(String label) {
        for (Kind kind : Kind.values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw new ScenarioException("a proxy does not read " + label);
    }

    private void take(ClusterEvent event) {
        switch (event) {
            case ClusterEvent.ServiceChanged(var service) -> tracker.serviceChanged(service);
            case ClusterEvent.ServiceGone(var service) -> tracker.serviceGone(service);
            case ClusterEvent.SliceChanged(var slice) -> tracker.sliceChanged(slice);
            case ClusterEvent.SliceGone(var owner, var slice) -> tracker.sliceGone(owner, slice);
            case ClusterEvent.NodeChanged(var seen) -> {
                if (seen.name().equals(name)) {
                    node = Optional.of(seen);
                }
            }
            case ClusterEvent.ObjectProblems(var object, var found) ->
                    problems.update(object, ProblemLog.Finder.DECODING, found);
            case ClusterEvent.NodeGone _,
                    ClusterEvent.ListSynced _,
                    ClusterEvent.SourceState _ -> {}
        }
    }

    ProxyState state(IpFamily family) {
        for (ServiceName changed : tracker.takeDirty().keySet()) {
            problems.update(
                    ObjectRef.service(changed),
                    ProblemLog.Finder.CONFLICTS,
                    tracker.service(changed).map(tracker::conflicts).orElse(List.of()));
        }
        NodeView view = NodeViews.of(config, name, family, node, present);
        HashPMap<ServiceName, ResolvedService> services = HashTreePMap.empty();
        for (ServiceName service : tracker.serviceNames()) {
            Optional<ResolvedService> resolved =
                    tracker.service(service)
                            .flatMap(s ->
                                    ServiceResolver.resolve(
                                            s,
                                            tracker.slices(service),
                                            family,
                                            view,
                                            tracker::ownedBy));
            if (resolved.isPresent()) {
                services = services.plus(service, resolved.get());
            }
        }
        return new ProxyState(family, 1, view, services);
    }

    /// Everything it has complained of so far.
    List<Problem> problems() {
        return List.copyOf(reported);
    }
}
