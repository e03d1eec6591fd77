package dev.swivel.core.watch;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.watch.ClusterEvent.ListSynced;
import dev.swivel.core.watch.ClusterEvent.NodeChanged;
import dev.swivel.core.watch.ClusterEvent.NodeGone;
import dev.swivel.core.watch.ClusterEvent.ObjectProblems;
import dev.swivel.core.watch.ClusterEvent.ServiceChanged;
import dev.swivel.core.watch.ClusterEvent.ServiceGone;
import dev.swivel.core.watch.ClusterEvent.SliceChanged;
import dev.swivel.core.watch.ClusterEvent.SliceGone;
import dev.swivel.core.watch.ClusterEvent.SourceState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A consumer that keeps what it was told: what it knows now, and every event in order.
public final class Recorder implements Consumer<ClusterEvent> {
    private final Map<String, Service> services = new TreeMap<>();
    private final Map<String, EndpointSlice> slices = new TreeMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<ObjectRef, List<Problem>> problems = new HashMap<>();
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
                if (list.isEmpty()) {
                    problems.remove(object);
                } else {
                    problems.put(object, list);
                }
            }
            case ListSynced _, SourceState _ -> {}
        }
    }

    public synchronized Map<String, Service> services() {
        return new TreeMap<>(services);
    }

    /// By `namespace/service slice`.
    public synchronized Map<String, EndpointSlice> slices() {
        return new TreeMap<>(slices);
    }

    public synchronized Map<String, Node> nodes() {
        return new TreeMap<>(nodes);
    }

    public synchronized List<Problem> problems() {
        return problems.values().stream().flatMap(List::stream).toList();
    }

    public synchronized List<ClusterEvent> events() {
        return List.copyOf(events);
    }

    public synchronized <E extends ClusterEvent> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// Whether all kinds have been listed.
    public synchronized boolean isSynced() {
        return events(ListSynced.class).stream().map(ListSynced::kind).distinct().count()
                == Kind.values().length;
    }
}
