package dev.swivel.lab.watch;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterEvent.ListSynced;
import dev.swivel.core.watch.ClusterEvent.NodeChanged;
import dev.swivel.core.watch.ClusterEvent.NodeGone;
import dev.swivel.core.watch.ClusterEvent.ObjectProblems;
import dev.swivel.core.watch.ClusterEvent.ServiceChanged;
import dev.swivel.core.watch.ClusterEvent.ServiceGone;
import dev.swivel.core.watch.ClusterEvent.SliceChanged;
import dev.swivel.core.watch.ClusterEvent.SliceGone;
import dev.swivel.core.watch.ClusterEvent.SourceState;
import dev.swivel.core.watch.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What a consumer of a source was told, and what it therefore knows.
final class Heard implements Consumer<ClusterEvent> {
    private final Map<String, Service> services = new TreeMap<>();
    private final Map<String, EndpointSlice> slices = new TreeMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, List<Problem>> problems = new TreeMap<>();
    private final List<ClusterEvent> events = new ArrayList<>();

    @Override
    public synchronized void accept(ClusterEvent event) {
        events.add(event);
        switch (event) {
            case ServiceChanged(Service service) ->
                    services.put(service.name().toString(), service);
            case ServiceGone(ServiceName name) -> services.remove(name.toString());
            case SliceChanged(EndpointSlice slice) ->
                    slices.put(slice.service() + " " + slice.name(), slice);
            case SliceGone(ServiceName owner, String name) -> slices.remove(owner + " " + name);
            case NodeChanged(Node node) -> nodes.put(node.name(), node);
            case NodeGone(String name) -> nodes.remove(name);
            case ObjectProblems(ObjectRef object, List<Problem> list) -> {
                problems.remove(object.toString());
                if (!list.isEmpty()) {
                    problems.put(object.toString(), list);
                }
            }
            case ListSynced _, SourceState _ -> {}
        }
    }

    synchronized Map<String, Service> services() {
        return new TreeMap<>(services);
    }

    /// By `namespace/service slice`.
    synchronized Map<String, EndpointSlice> slices() {
        return new TreeMap<>(slices);
    }

    synchronized Map<String, Node> nodes() {
        return new TreeMap<>(nodes);
    }

    synchronized Map<String, List<Problem>> problems() {
        return new TreeMap<>(problems);
    }

    synchronized <E extends ClusterEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    synchronized int count() {
        return events.size();
    }

    boolean isSynced() {
        return events(ListSynced.class).size() >= Kind.values().length;
    }
}
