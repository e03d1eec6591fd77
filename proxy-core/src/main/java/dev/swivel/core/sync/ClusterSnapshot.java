package dev.swivel.core.sync;

import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.track.ClusterTracker;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The cluster as it is now, read once: what the sync loop would begin with.
public final class ClusterSnapshot {
    private final ClusterTracker tracker = new ClusterTracker();
    private final Map<ObjectRef, List<Problem>> problems = new LinkedHashMap<>();
    private Optional<Node> node = Optional.empty();

    private ClusterSnapshot() {}

    /// Reads the lists of a source that has not been started, and closes it.
    ///
    /// @param patience how long to wait for them
    /// @throws IOException when they are not complete by then, or the server refuses one of them
    public static ClusterSnapshot read(ClusterSource source, Duration patience)
            throws IOException, InterruptedException {
        BlockingQueue<ClusterEvent> inbox = new LinkedBlockingQueue<>();
        ClusterSnapshot snapshot = new ClusterSnapshot();
        long deadline = System.nanoTime() + patience.toNanos();
        StartGate gate = new StartGate(deadline);
        try (source) {
            source.start(inbox::add);
            String reason = "no answer";
            while (!gate.isOpen(System.nanoTime())) {
                ClusterEvent event = inbox.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                switch (event) {
                    case null -> {
                        if (!gate.isOpen(System.nanoTime())) {
                            throw new IOException(
                                    "the cluster could not be read within "
                                            + patience.toSeconds()
                                            + " s: "
                                            + reason);
                        }
                    }
                    case ClusterEvent.ListSynced(var kind) -> gate.complete(kind);
                    case ClusterEvent.Disconnected(var why) -> reason = why;
                    case ClusterEvent.Forbidden(var kind, var why) ->
                            throw new IOException("cannot list " + kind + ": " + why);
                    default -> snapshot.take(event);
                }
            }
        }
        return snapshot;
    }

    private void take(ClusterEvent event) {
        switch (event) {
            case ClusterEvent.ServiceChanged(var service) -> {
                boolean _ = tracker.serviceChanged(service);
            }
            case ClusterEvent.ServiceGone(var name) -> {
                boolean _ = tracker.serviceGone(name);
            }
            case ClusterEvent.SliceChanged(var slice) -> {
                boolean _ = tracker.sliceChanged(slice);
            }
            case ClusterEvent.SliceGone(var owner, var name) -> {
                boolean _ = tracker.sliceGone(owner, name);
            }
            case ClusterEvent.NodeChanged(var seen) -> node = Optional.of(seen);
            case ClusterEvent.NodeGone _ -> node = Optional.empty();
            case ClusterEvent.ObjectProblems(var object, var found) -> problems.put(object, found);
            case ClusterEvent.ListSynced _, ClusterEvent.SourceState _ -> {}
        }
    }

    /// The node's own Node, if there is one.
    public Optional<Node> node() {
        return node;
    }

    /// What is wrong with objects, and what each of two that want the same does not get.
    public List<Problem> problems() {
        List<Problem> all = new ArrayList<>();
        problems.values().forEach(all::addAll);
        tracker.serviceNames().stream()
                .sorted()
                .flatMap(name -> tracker.service(name).stream())
                .forEach(service -> all.addAll(tracker.conflicts(service)));
        return all;
    }

    /// What a node has to serve in one IP family.
    ///
    /// @param present every address that the node's interfaces carry
    public ProxyState state(
            IpFamily family, ProxyConfig config, String nodeName, List<IpAddress> present) {
        var view = NodeViews.of(config, nodeName, family, node, present);
        FamilyPipeline pipeline = new FamilyPipeline(family, view);
        Map<ServiceName, List<Instant>> all = new HashMap<>();
        tracker.serviceNames().forEach(name -> all.put(name, List.of()));
        pipeline.advance(all, view, tracker);
        return pipeline.wanted();
    }
}
