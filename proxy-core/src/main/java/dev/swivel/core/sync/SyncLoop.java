package dev.swivel.core.sync;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.UnservableException;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.sync.SyncObserver.Stage;
import dev.swivel.core.track.ClusterTracker;
import dev.swivel.core.watch.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread on which everything between an event and the kernel happens: it starts the
/// backend, tracks events, waits for the initial lists, folds bursts together, hands states to the
/// backend at the configured pace, retries with back-off, and audits the kernel in between.
public final class SyncLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SyncLoop.class);
    private static final Duration AUDIT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration NODE_WAIT = Duration.ofSeconds(30); // as kube-proxy, spec 1.2
    private static final int DRAIN_LIMIT = 10_000;

    private sealed interface Input {
        /// @param arrived as [System#nanoTime]
        record Event(ClusterEvent event, long arrived) implements Input {}

        record HostAddresses(List<IpAddress> addresses) implements Input {}

        record Stop() implements Input {}
    }

    private final BlockingQueue<Input> inbox = new LinkedBlockingQueue<>();
    private final BackendContext context;
    private final String nodeName;
    private final ProxyBackend backend;
    private final BackendStart start;
    private final SyncObserver observer;
    private final ProblemLog problems;
    private final ClusterTracker tracker = new ClusterTracker();
    private final List<FamilyPipeline> pipelines;
    private final Pace pace;
    private final StartGate gate;
    private final Thread thread;

    private Optional<Node> node = Optional.empty();
    private List<IpAddress> hostAddresses;
    private boolean nodeChanged;
    private final Map<IpFamily, String> auditErrors = new EnumMap<>(IpFamily.class);
    private final Set<IpFamily> unserved = EnumSet.noneOf(IpFamily.class);
    private boolean stopping;
    private long dirtySince;
    private long notBefore;
    private long nextAudit;

    /// @param backend not yet started
    /// @param hostAddresses every address that the node's interfaces carry
    public SyncLoop(
            BackendContext context,
            String nodeName,
            List<IpAddress> hostAddresses,
            Pace pace,
            ProxyBackend backend,
            ProblemLog problems,
            SyncObserver observer) {
        this.context = context;
        this.nodeName = nodeName;
        this.hostAddresses = List.copyOf(hostAddresses);
        this.pace = pace;
        this.backend = backend;
        this.problems = problems;
        this.observer = observer;
        this.pipelines =
                context.families().stream()
                        .sorted()
                        .map(family -> new FamilyPipeline(family, view(family)))
                        .toList();
        this.notBefore = System.nanoTime();
        this.nextAudit = notBefore;
        this.start = new BackendStart(backend, context, pace, observer, notBefore);
        this.gate = new StartGate(notBefore + NODE_WAIT.toNanos());
        this.thread = Thread.ofPlatform().name("sync").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// Takes an event from any thread. Never blocks.
    public void accept(ClusterEvent event) {
        inbox.add(new Input.Event(event, System.nanoTime()));
    }

    /// Takes a new set of the node's interface addresses from any thread.
    public void hostAddressesChanged(List<IpAddress> addresses) {
        inbox.add(new Input.HostAddresses(List.copyOf(addresses)));
    }

    /// How many inputs wait. May be asked from any thread.
    public int queueDepth() {
        return inbox.size();
    }

    /// Ends the thread after the sync under way. What is programmed stays.
    @Override
    public void close() {
        inbox.add(new Input.Stop());
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            try {
                step();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                recover(e);
            }
        }
    }

    private void step() throws InterruptedException {
        takeInputs();
        long now = System.nanoTime();
        if (stopping || !start.attempt(now) || !gate.isOpen(now)) {
            return;
        }
        if (hasWork()) {
            if (now - notBefore >= 0) {
                sync();
            }
        } else if (now - nextAudit >= 0) {
            audit();
        }
    }

    /// A fault of ours must not end the thread on which everything happens.
    private void recover(Throwable cause) {
        log.error("unexpected; everything is programmed anew", cause);
        pipelines.forEach(FamilyPipeline::commitFailed);
        notBefore = System.nanoTime() + pace.restNanos(1, 0);
    }

    private boolean hasWork() {
        return nodeChanged
                || tracker.isDirty()
                || pipelines.stream().anyMatch(FamilyPipeline::hasWork);
    }

    /// Waits for an input until the next thing is due, then takes what else is there.
    private void takeInputs() throws InterruptedException {
        long due = nextDue(System.nanoTime());
        long wait = Math.clamp(due - System.nanoTime(), 0, AUDIT_INTERVAL.toNanos());
        Input first = inbox.poll(wait, TimeUnit.NANOSECONDS);
        Input input = first;
        for (int taken = 0; input != null && taken < DRAIN_LIMIT; taken++) {
            take(input);
            input = inbox.poll();
        }
        if (input != null) {
            take(input);
        }
    }

    /// While the gate is shut nothing is due but a look whether it still is.
    private long nextDue(long now) {
        if (!start.isDone()) {
            return start.next();
        }
        if (!gate.isOpen(now)) {
            return now + AUDIT_INTERVAL.toNanos();
        }
        return hasWork() ? notBefore : nextAudit;
    }

    private void take(Input input) {
        switch (input) {
            case Input.Event(var event, var arrived) -> {
                observer.stage(Stage.INBOX, System.nanoTime() - arrived);
                track(event);
            }
            case Input.HostAddresses(var addresses) -> {
                hostAddresses = addresses;
                nodeChanged = true;
            }
            case Input.Stop() -> stopping = true;
        }
    }

    private void track(ClusterEvent event) {
        boolean wasDirty = tracker.isDirty();
        switch (event) {
            case ClusterEvent.ServiceChanged(var service) ->
                    observer.serviceEvent(tracker.serviceChanged(service));
            case ClusterEvent.ServiceGone(var name) ->
                    observer.serviceEvent(tracker.serviceGone(name));
            case ClusterEvent.SliceChanged(var slice) ->
                    observer.sliceEvent(tracker.sliceChanged(slice));
            case ClusterEvent.SliceGone(var owner, var name) ->
                    observer.sliceEvent(tracker.sliceGone(owner, name));
            case ClusterEvent.NodeChanged(var seen) -> nodeSeen(Optional.of(seen));
            case ClusterEvent.NodeGone(_) -> nodeSeen(Optional.empty());
            case ClusterEvent.ListSynced(var kind) -> gate.complete(kind);
            case ClusterEvent.ObjectProblems(var object, var found) ->
                    problems.update(object, ProblemLog.Finder.DECODING, found);
            case ClusterEvent.SourceState state -> observer.sourceState(state);
        }
        if (!wasDirty && tracker.isDirty()) {
            dirtySince = System.nanoTime();
            pipelines.forEach(pipeline -> observer.queued(pipeline.family()));
        }
    }

    /// A deleted Node is remembered for its zone and addresses (spec 1.3): the machine is still
    /// there.
    private void nodeSeen(Optional<Node> seen) {
        observer.nodeSeen(seen);
        Optional<Node> complete = seen.map(now -> node.map(now::completedBy).orElse(now));
        complete.ifPresent(this::reportPodRanges);
        if (complete.isPresent() && !complete.equals(node)) {
            node = complete;
            nodeChanged = true;
        }
    }

    private void reportPodRanges(Node seen) {
        problems.update(
                new ObjectRef("Node", "", seen.name()),
                ProblemLog.Finder.POD_RANGES,
                PodRanges.problems(context.config().detectLocal(), context.families(), seen));
    }

    private NodeView view(IpFamily family) {
        return NodeViews.of(context.config(), nodeName, family, node, hostAddresses);
    }

    private void sync() {
        long start = System.nanoTime();
        if (tracker.isDirty()) {
            observer.stage(Stage.PACE, start - dirtySince);
        }
        Map<ServiceName, List<Instant>> dirty = tracker.takeDirty();
        observer.taken();
        nodeChanged = false;
        dirty.keySet().forEach(this::reportConflicts);
        for (FamilyPipeline pipeline : pipelines) {
            advance(pipeline, dirty);
            if (pipeline.hasWork()) {
                apply(pipeline);
            } else {
                observer.upToDate(pipeline.family());
            }
        }
        int failures = pipelines.stream().mapToInt(FamilyPipeline::failures).max().orElse(0);
        observer.modelSize(tracker.size());
        notBefore = System.nanoTime() + pace.restNanos(failures, System.nanoTime() - start);
    }

    private void advance(FamilyPipeline pipeline, Map<ServiceName, List<Instant>> dirty) {
        long start = System.nanoTime();
        List<Problem> refused = pipeline.advance(dirty, view(pipeline.family()), tracker);
        refused.forEach(this::reportRefused);
        observer.stage(Stage.RESOLVE, System.nanoTime() - start);
    }

    private void reportRefused(Problem problem) {
        problems.update(problem.object(), ProblemLog.Finder.BACKEND, List.of(problem));
    }

    private void reportConflicts(ServiceName name) {
        problems.update(
                ObjectRef.service(name),
                ProblemLog.Finder.CONFLICTS,
                tracker.service(name).map(tracker::conflicts).orElse(List.of()));
    }

    private void apply(FamilyPipeline pipeline) {
        Change change = pipeline.change();
        long start = System.nanoTime();
        try {
            ApplyReport report = backend.apply(pipeline.wanted(), change);
            long took = System.nanoTime() - start;
            List<Instant> triggers = pipeline.committed();
            if (report.unserved().isPresent()) {
                unserved.add(pipeline.family());
                observer.unserved(pipeline.family(), report.unserved().get());
                return;
            }
            reportRefused(change, report);
            observer.stage(Stage.APPLY, took);
            observer.synced(pipeline.wanted(), change, report, Duration.ofNanos(took), triggers);
        } catch (UnservableException e) {
            leaveOut(pipeline, e, start);
        } catch (BackendException e) {
            commitFailed(pipeline, change, e, start);
        } catch (RuntimeException e) {
            log.error("sync of {} failed on an unexpected error", pipeline.family().label(), e);
            commitFailed(pipeline, change, new BackendException("unexpected: " + e, e), start);
        }
    }

    /// One service stands in the way of all: the sync goes on at once without it. Each round leaves
    /// out one more, so it ends.
    private void leaveOut(FamilyPipeline pipeline, UnservableException cause, long start) {
        log.error("{} is left out", cause.service(), cause);
        reportRefused(Unserved.problem(cause.service(), cause));
        if (pipeline.leaveOut(cause.service())) {
            apply(pipeline);
        } else {
            commitFailed(
                    pipeline,
                    pipeline.change(),
                    new BackendException("unexpected: " + cause, cause),
                    start);
        }
    }

    private void reportRefused(Change change, ApplyReport report) {
        Map<ObjectRef, List<Problem>> byObject =
                report.refused().stream().collect(Collectors.groupingBy(Problem::object));
        change.services().stream()
                .map(ObjectRef::service)
                .filter(object -> !byObject.containsKey(object))
                .forEach(object -> problems.update(object, ProblemLog.Finder.BACKEND, List.of()));
        byObject.forEach(
                (object, found) -> problems.update(object, ProblemLog.Finder.BACKEND, found));
    }

    private void commitFailed(
            FamilyPipeline pipeline, Change change, BackendException cause, long start) {
        pipeline.commitFailed();
        observer.failed(
                pipeline.family(),
                change,
                cause,
                Duration.ofNanos(System.nanoTime() - start),
                Duration.ofNanos(pace.restNanos(pipeline.failures(), 0)));
    }

    private void audit() {
        nextAudit = System.nanoTime() + AUDIT_INTERVAL.toNanos();
        for (FamilyPipeline pipeline : pipelines) {
            try {
                Drift drift = backend.audit(pipeline.wanted());
                if (!drift.isEmpty()) {
                    if (unserved.remove(pipeline.family())) {
                        pipeline.beginAnew("it can be served now");
                    } else {
                        observer.drifted(pipeline.family(), drift);
                        pipeline.beginAnew("others changed what was programmed");
                    }
                }
                auditErrors.remove(pipeline.family());
            } catch (BackendException | RuntimeException e) {
                reportAuditError(pipeline.family(), String.valueOf(e.getMessage()));
            }
        }
    }

    /// Once for as long as it stays the same: audits come every second.
    private void reportAuditError(IpFamily family, String message) {
        if (!message.equals(auditErrors.put(family, message))) {
            log.warn(
                    "cannot compare the kernel's {} tables with what they should hold: {}",
                    family.label(),
                    message);
        }
    }
}
