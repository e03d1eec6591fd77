package dev.swivel.core.sync;

import static dev.swivel.core.resolve.ClusterFixture.WEB;
import static dev.swivel.core.resolve.ClusterFixture.entry;
import static dev.swivel.core.resolve.ClusterFixture.service;
import static dev.swivel.core.resolve.ClusterFixture.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.track.ModelSize;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncLoopTest {
    private final FakeBackend backend = new FakeBackend();
    private final AtomicBoolean stumbleOnce = new AtomicBoolean();
    private final List<Problem> reported = new CopyOnWriteArrayList<>();
    private final List<Instant> programmed = new CopyOnWriteArrayList<>();
    private final SyncLoop loop =
            loop(new Pace(Duration.ZERO, Duration.ofMillis(5), Duration.ofMillis(50)));

    @AfterEach
    void stop() {
        loop.close();
    }

    @Test
    void nothingIsProgrammedBeforeTheInitialListsAreComplete() {
        loop.start();
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        loop.accept(new ClusterEvent.ListSynced(Kind.NODE));
        loop.accept(new ClusterEvent.ListSynced(Kind.SERVICE));
        settle();
        assertThat(backend.changes).isEmpty();

        loop.accept(new ClusterEvent.ListSynced(Kind.SLICE));
        await().until(() -> backend.kernel.containsKey(WEB));
        assertThat(backend.changes.getFirst().full()).isTrue();
    }

    @Test
    void aBackendThatCannotStartIsTriedUntilItCan() {
        backend.startFailuresToCome.set(3);
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        startSynced();
        assertThat(told)
                .as("told of each attempt")
                .containsExactly(
                        "something is not installed",
                        "something is not installed",
                        "something is not installed",
                        "started");
        assertThat(backend.kernel).containsOnlyKeys(WEB);
        assertThat(backend.changes).as("nothing was applied before").hasSize(1);
    }

    @Test
    void waitingForTheInitialListsCostsNoCpu() {
        var threads = ManagementFactory.getThreadMXBean();
        var before = Set.copyOf(Thread.getAllStackTraces().keySet());
        loop.start();
        Thread sync =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("sync"))
                        .filter(thread -> !before.contains(thread))
                        .findFirst()
                        .orElseThrow();
        await().until(() -> sync.getState() == Thread.State.TIMED_WAITING);
        long start = threads.getThreadCpuTime(sync.threadId());
        await().during(Duration.ofMillis(400))
                .until(() ->
                        threads.getThreadCpuTime(sync.threadId()) - start
                                < Duration.ofMillis(100).toNanos());
    }

    @Test
    void afterTheFirstSyncAChangeNamesOnlyItsService() {
        startSynced();
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        await().until(() -> backend.kernel.containsKey(WEB));
        assertThat(backend.changes.getLast())
                .isEqualTo(new Change(false, false, Set.of(WEB), "changed"));
    }

    @Test
    void aFailedFirstSyncIsRetriedInFull() {
        backend.failuresToCome.set(3);
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        startSynced();
        assertThat(backend.kernel).containsOnlyKeys(WEB);
        assertThat(backend.changes).hasSize(4).allMatch(Change::full);
    }

    @Test
    void aFailedChangeKeepsWhatWasProgrammedAndIsRetriedInFull() {
        ServiceName other = new ServiceName("demo", "other");
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        startSynced();
        backend.failuresToCome.set(1);

        loop.accept(new ClusterEvent.ServiceChanged(service(other, false, false, 0, "10.96.0.11")));

        await().until(() -> backend.kernel.containsKey(other));
        assertThat(backend.kernel).containsOnlyKeys(WEB, other);
        assertThat(backend.changes.getLast().full()).isTrue();
    }

    @Test
    void aServiceThatTheBackendStumblesOverCostsOnlyItselfUntilItChanges() {
        ServiceName bad = new ServiceName("demo", "bad");
        ServiceName worse = new ServiceName("demo", "worse");
        backend.poison.addAll(Set.of(bad, worse));
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        loop.accept(new ClusterEvent.ServiceChanged(service(bad, false, false, 0, "10.96.0.66")));
        loop.accept(new ClusterEvent.ServiceChanged(service(worse, false, false, 0, "10.96.0.67")));
        startSynced();
        assertThat(backend.kernel).containsOnlyKeys(WEB);
        assertThat(reported)
                .extracting(Problem::object, Problem::reason)
                .containsExactlyInAnyOrder(
                        tuple(ObjectRef.service(bad), "InternalError"),
                        tuple(ObjectRef.service(worse), "InternalError"));

        backend.poison.clear();
        loop.accept(new ClusterEvent.ServiceChanged(service(bad, true, false, 0, "10.96.0.66")));
        await().until(() -> backend.kernel.containsKey(bad));
    }

    @Test
    void aFamilyThatTheMachineLacksIsNoFailureAndIsProgrammedOnceItIsThere() {
        backend.familyIsMissing.set(true);
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        begin();
        await().until(() -> told.contains("IPv4: no such table"));

        backend.familyIsMissing.set(false);

        await().until(() -> backend.kernel.containsKey(WEB));
        assertThat(told)
                .as("nobody changed anything")
                .containsExactly("started", "IPv4: no such table");
        assertThat(backend.changes).hasSize(2).allMatch(Change::full);
    }

    @Test
    void aFaultOfOursEndsNothing() {
        startSynced();
        stumbleOnce.set(true);
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        await().until(() -> backend.kernel.containsKey(WEB));
        assertThat(stumbleOnce).isFalse();
    }

    @Test
    void whatOthersRemoveIsPutBack() {
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        startSynced();
        backend.kernel.clear();
        await().until(() -> backend.kernel.containsKey(WEB));
    }

    @Test
    void aProblemIsReportedOnceForAsLongAsItStands() {
        startSynced();
        Problem problem =
                new Problem(
                        ObjectRef.service(WEB),
                        "InvalidAddress",
                        "externalIPs[0]: x is not an address");
        ClusterEvent bad = new ClusterEvent.ObjectProblems(problem.object(), List.of(problem));
        loop.accept(bad);
        loop.accept(bad);
        settle();
        assertThat(reported).containsExactly(problem);

        loop.accept(new ClusterEvent.ObjectProblems(problem.object(), List.of()));
        loop.accept(bad);
        settle();
        assertThat(reported).as("mended, then back").containsExactly(problem, problem);
    }

    @Test
    void twoServicesWithOneNodePortAreReportedAndTheYoungerKeepsTheRest() {
        ServiceName other = new ServiceName("demo", "xyz");
        loop.accept(
                new ClusterEvent.ServiceChanged(service(WEB, false, false, 30080, "10.96.0.10")));
        loop.accept(
                new ClusterEvent.ServiceChanged(service(other, false, false, 30080, "10.96.0.11")));
        startSynced();
        assertThat(backend.kernel).containsOnlyKeys(WEB, other);
        assertThat(reported)
                .singleElement()
                .satisfies(p -> assertThat(p.message()).contains("demo/xyz", "30080", "demo/web"));
    }

    @Test
    void changeTimesAreToldWhenTheyAreProgrammed() {
        startSynced();
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        EndpointSlice slice = slice(WEB, "web-1", entry("10.0.0.1 r"));
        loop.accept(new ClusterEvent.ServiceChanged(service(WEB, false, false, 0, "10.96.0.10")));
        loop.accept(
                new ClusterEvent.SliceChanged(
                        new EndpointSlice(
                                WEB,
                                "web-1",
                                IpFamily.IPV4,
                                slice.ports(),
                                slice.endpoints(),
                                Optional.of(time))));
        await().until(() -> programmed.contains(time));
    }

    /// Else its health would wait for a commit that never comes.
    @Test
    void aChangeThatConcernsNobodyLeavesTheFamilyUpToDate() {
        startSynced();
        loop.accept(
                new ClusterEvent.SliceChanged(
                        slice(new ServiceName("demo", "nobody"), "a", entry("10.0.0.1 r"))));
        await().until(() -> upToDate.contains(IpFamily.IPV4));
        assertThat(backend.changes).as("nothing to program").hasSize(1);
    }

    /// However the events fall into batches, and whatever fails in between, the kernel ends at the
    /// same state.
    @Test
    void anyBatchingAndAnyFailuresEndAtTheSameState() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        startSynced();
        Map<ServiceName, Service> expected = new TreeMap<>();
        for (int i = 0; i < 3_000; i++) {
            ServiceName name = new ServiceName("demo", "s" + random.nextInt(20));
            switch (random.nextInt(5)) {
                case 0 -> {
                    loop.accept(new ClusterEvent.ServiceGone(name));
                    expected.remove(name);
                }
                case 1 ->
                        loop.accept(
                                new ClusterEvent.SliceChanged(
                                        slice(
                                                name,
                                                "a",
                                                entry(
                                                        "10.0.0."
                                                                + (1 + random.nextInt(9))
                                                                + " r"))));
                case 2 -> loop.accept(new ClusterEvent.SliceGone(name, "a"));
                case 3 -> backend.failuresToCome.set(random.nextInt(2));
                default -> {
                    Service service =
                            service(
                                    name,
                                    random.nextBoolean(),
                                    false,
                                    0,
                                    "10.96.0." + random.nextInt(250));
                    loop.accept(new ClusterEvent.ServiceChanged(service));
                    expected.put(name, service);
                }
            }
        }
        await().untilAsserted(() ->
                assertThat(backend.kernel.keySet())
                        .as("seed %d", seed)
                        .isEqualTo(expected.keySet()));
    }

    private void begin() {
        loop.start();
        for (Kind kind : Kind.values()) {
            loop.accept(new ClusterEvent.ListSynced(kind));
        }
    }

    private void startSynced() {
        begin();
        await().until(() -> lastSynced != null);
    }

    /// Returns once everything accepted so far has been tracked: a problem of a made-up object
    /// marks the place.
    private void settle() {
        Problem marker =
                new Problem(
                        new ObjectRef("Service", "test", "marker-" + System.nanoTime()),
                        "Marker",
                        "marker");
        loop.accept(new ClusterEvent.ObjectProblems(marker.object(), List.of(marker)));
        await().until(() -> reported.contains(marker));
        reported.remove(marker);
    }

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<IpFamily> upToDate = new CopyOnWriteArrayList<>();
    private volatile ProxyState lastSynced;

    private SyncLoop loop(Pace pace) {
        return new SyncLoop(
                new BackendContext(
                        ConfigDefaults.defaults(),
                        Set.of(IpFamily.IPV4),
                        new SimpleMeterRegistry()),
                "n1",
                List.of(),
                pace,
                backend,
                new ProblemLog(reported::add),
                new Observer());
    }

    private final class Observer implements SyncObserver {
        @Override
        public void stage(Stage stage, long nanos) {}

        @Override
        public void modelSize(ModelSize size) {}

        @Override
        public void started() {
            told.add("started");
        }

        @Override
        public void startFailed(BackendException cause, Duration retryIn) {
            told.add(String.valueOf(cause.getMessage()));
        }

        @Override
        public void serviceEvent(boolean changed) {}

        @Override
        public void sliceEvent(boolean changed) {}

        @Override
        public void nodeSeen(Optional<Node> node) {}

        @Override
        public void sourceState(ClusterEvent.SourceState state) {}

        @Override
        public void taken() {}

        @Override
        public void queued(IpFamily family) {
            if (stumbleOnce.getAndSet(false)) {
                throw new IllegalStateException("stumbled");
            }
        }

        @Override
        public void upToDate(IpFamily family) {
            upToDate.add(family);
        }

        @Override
        public void synced(
                ProxyState state,
                Change change,
                ApplyReport report,
                Duration took,
                List<Instant> triggers) {
            programmed.addAll(triggers);
            lastSynced = state;
        }

        @Override
        public void failed(
                IpFamily family,
                Change change,
                BackendException cause,
                Duration took,
                Duration retryIn) {}

        @Override
        public void unserved(IpFamily family, String reason) {
            told.add(family.label() + ": " + reason);
        }

        @Override
        public void drifted(IpFamily family, Drift drift) {
            told.add(String.join(", ", drift.findings()));
        }
    }
}
