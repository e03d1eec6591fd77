package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterEvent.NodeChanged;
import dev.swivel.core.watch.ClusterEvent.NodeGone;
import dev.swivel.core.watch.ClusterEvent.ObjectProblems;
import dev.swivel.core.watch.ClusterEvent.ServiceChanged;
import dev.swivel.core.watch.ClusterEvent.ServiceGone;
import dev.swivel.core.watch.ClusterEvent.SliceChanged;
import dev.swivel.core.watch.ClusterEvent.SliceGone;
import dev.swivel.core.watch.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The way from an API object to events, the same for every source. The objects of one kind must
/// come from one thread at a time.
///
/// What is kept: per EndpointSlice its name and its owner (about 50 bytes; the owner's name is
/// shared), because a deletion or a changed label names the old owner only if we remember it; per
/// object with problems its reference. Nothing per Service.
public final class ObjectFeed {
    private final Decoder decoder;
    private final Consumer<ClusterEvent> sink;
    private final Map<NamespacedName, ServiceName> owners = new ConcurrentHashMap<>();
    private final Set<ObjectRef> troubled = ConcurrentHashMap.newKeySet();

    public ObjectFeed(Decoder decoder, Consumer<ClusterEvent> sink) {
        this.decoder = decoder;
        this.sink = sink;
    }

    /// A new or changed object.
    public void put(Kind kind, JsonNode object) {
        switch (kind) {
            case SERVICE -> putService(object);
            case SLICE -> putSlice(object);
            case NODE -> putNode(object);
        }
    }

    /// An object that is there no more.
    public void remove(Kind kind, NamespacedName object) {
        switch (kind) {
            case SERVICE -> serviceGone(object);
            case SLICE -> sliceGone(object);
            case NODE -> sink.accept(new NodeGone(object.name()));
        }
        report(new ObjectRef(kind.label(), object.namespace(), object.name()), List.of());
    }

    private void putService(JsonNode object) {
        Decoded<Service> decoded = decoder.service(object);
        if (!decoded.misread()) {
            decoded.value()
                    .ifPresentOrElse(
                            service -> sink.accept(new ServiceChanged(service)),
                            () -> serviceGone(NamespacedName.of(object)));
        }
        report(decoded.object(), decoded.problems());
    }

    private void serviceGone(NamespacedName object) {
        ServiceName gone;
        try {
            gone = new ServiceName(object.namespace(), object.name());
        } catch (IllegalArgumentException _) {
            return; // never was served under such a name
        }
        sink.accept(new ServiceGone(gone));
    }

    private void putSlice(JsonNode object) {
        Decoded<EndpointSlice> decoded = decoder.slice(object);
        if (!decoded.misread()) {
            decoded.value()
                    .ifPresentOrElse(
                            this::sliceChanged, () -> sliceGone(NamespacedName.of(object)));
        }
        report(decoded.object(), decoded.problems());
    }

    private void sliceChanged(EndpointSlice slice) {
        ServiceName before =
                owners.put(
                        new NamespacedName(slice.service().namespace(), slice.name()),
                        slice.service());
        if (before != null && !before.equals(slice.service())) {
            sink.accept(new SliceGone(before, slice.name()));
        }
        sink.accept(new SliceChanged(slice));
    }

    private void sliceGone(NamespacedName object) {
        ServiceName owner = owners.remove(object);
        if (owner != null) {
            sink.accept(new SliceGone(owner, object.name()));
        }
    }

    private void putNode(JsonNode object) {
        Decoded<Node> decoded = decoder.node(object);
        decoded.value().ifPresent(node -> sink.accept(new NodeChanged(node)));
        report(decoded.object(), decoded.problems());
    }

    private void report(ObjectRef object, List<Problem> problems) {
        boolean had = problems.isEmpty() ? troubled.remove(object) : !troubled.add(object);
        if (had || !problems.isEmpty()) {
            sink.accept(new ObjectProblems(object, problems));
        }
    }
}
