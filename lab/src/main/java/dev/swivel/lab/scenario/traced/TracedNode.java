package dev.swivel.lab.scenario.traced;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/// The pure part of a Swivel on one node: from objects to what must be programmed, at once and with
/// nothing kept from before.
final class TracedNode {
    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

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
        try {
            feed.put(JSON.treeToValue(object, model(object.path("kind").asText())));
        } catch (JsonProcessingException e) {
            throw new ScenarioException(ObjectName.of(object) + ": " + e.getMessage(), e);
        }
    }

    private static Class<? extends HasMetadata> model(String kind) {
        return switch (kind) {
            case "Service" -> Service.class;
            case "EndpointSlice" -> EndpointSlice.class;
            case "Node" -> io.fabric8.kubernetes.api.model.Node.class;
            default -> throw new ScenarioException("a proxy does not read " + kind);
        };
    }

    void remove(ObjectName object) {
        Kind kind =
                switch (object.kind()) {
                    case "Service" -> Kind.SERVICE;
                    case "EndpointSlice" -> Kind.SLICE;
                    default -> Kind.NODE;
                };
        feed.remove(kind, new NamespacedName(object.namespace(), object.name()));
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
