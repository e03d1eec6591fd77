package dev.swivel.userspace.pool;

import static dev.swivel.userspace.pool.Ports.endpoint;
import static dev.swivel.userspace.pool.Ports.name;
import static dev.swivel.userspace.pool.Ports.port;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.Disposition.EndpointSet;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ServicePoolTest {
    private static final IpAddress CLIENT = IpAddress.of("192.168.1.7");
    private static final Endpoint A = endpoint("10.1.0.1", 8080);
    private static final Endpoint B = endpoint("10.1.0.2", 8080);
    private static final Endpoint C = endpoint("10.1.0.3", 8080);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private long now = 1;
    private final ServicePool service =
            new ServicePools(meters, PoolDefaults.STANDARD, () -> now)
                    .open(name(Protocol.TCP), IpFamily.IPV4);
    private final Pool pool = service.pool(EndpointSet.CLUSTER);

    private void serve(int affinitySeconds, Map<String, String> options, Endpoint... endpoints) {
        assertThat(service.update(port(Protocol.TCP, List.of(endpoints), affinitySeconds, options)))
                .isEmpty();
    }

    private Member pick(IpAddress client, Member... tried) {
        return requireNonNull(pool.pick(client, 40_000, List.of(tried), now));
    }

    private Map<Endpoint, Integer> picks(int count) {
        Map<Endpoint, Integer> picks = new HashMap<>();
        for (int i = 0; i < count; i++) {
            picks.merge(pick(CLIENT).endpoint(), 1, Integer::sum);
        }
        return picks;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private Member member(Endpoint endpoint) {
        Member member = pick(CLIENT);
        while (!member.endpoint().equals(endpoint)) {
            member = pick(CLIENT);
        }
        return member;
    }

    @Test
    void anEndpointThatRefusesIsSetAsideForAGrowingTime() {
        serve(0, Map.of(), A, B);
        Member a = member(A);
        long[] asides = new long[10];
        for (int i = 0; i < asides.length; i++) {
            a.failed(now);
            long since = now;
            assertThat(picks(10)).containsOnlyKeys(B);
            while (!picks(4).containsKey(A)) {
                pass(Duration.ofMillis(100));
            }
            asides[i] = Duration.ofNanos(now - since).toMillis();
        }
        assertThat(asides)
                .containsExactly(500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 30000);

        a.connected(1);
        a.failed(now);
        pass(Duration.ofMillis(500));
        assertThat(picks(4)).as("a success makes the next time short again").containsKey(A);
    }

    @Test
    void manyRefusalsAtOnceCountAsOne() {
        serve(0, Map.of(), A, B);
        Member a = member(A);
        for (int i = 0; i < 100; i++) {
            a.failed(now);
        }
        pass(Duration.ofMillis(500));
        assertThat(picks(4)).containsKey(A);
    }

    @Test
    void oneConnectionTriesWhatWasSetAsideAndTheOthersKeepAway() {
        serve(0, Map.of(), A, B);
        member(A).failed(now);
        pass(Duration.ofMillis(600));
        assertThat(picks(100)).containsEntry(A, 1);
    }

    @Test
    void neverAreAllSetAside() {
        serve(0, Map.of(), A, B);
        Member a = member(A);
        Member b = member(B);
        a.failed(now);
        pass(Duration.ofMillis(1));
        b.failed(now);

        assertThat(pick(CLIENT).endpoint()).as("the first to come back").isEqualTo(A);
        assertThat(pick(CLIENT, a).endpoint()).isEqualTo(B);
        assertThat(pool.pick(CLIENT, 1, List.of(a, b), now)).as("each was tried").isNull();
    }

    @Test
    void aClientWithAffinityStaysThroughChangesOfOthers() {
        serve(100, Map.of(), A, B, C);
        Member chosen = pick(CLIENT);
        Endpoint other = chosen.endpoint().equals(A) ? B : A;

        serve(100, Map.of(), chosen.endpoint(), other);
        serve(100, Map.of(), chosen.endpoint(), other, endpoint("10.1.0.9", 1));
        assertThat(picks(50)).containsOnlyKeys(chosen.endpoint());
        assertThat(service.pool(EndpointSet.LOCAL).pick(CLIENT, 1, List.of(), now))
                .as("whichever way it comes")
                .isSameAs(chosen);

        pass(Duration.ofSeconds(99));
        assertThat(picks(1)).containsOnlyKeys(chosen.endpoint());
        pass(Duration.ofSeconds(99));
        assertThat(picks(1)).as("each visit counts").containsOnlyKeys(chosen.endpoint());

        serve(100, Map.of(), other);
        assertThat(picks(1)).as("its own endpoint left").containsOnlyKeys(other);
    }

    /// As a browser opens some at once, which arrive on several event loops.
    @Test
    void connectionsThatAClientOpensAtTheSameTimeGoToOneEndpoint() throws Exception {
        serve(100, Map.of(), A, B, C);
        int loops = 4;
        CyclicBarrier together = new CyclicBarrier(loops);
        try (ExecutorService threads = Executors.newFixedThreadPool(loops)) {
            List<Callable<List<Member>>> tasks =
                    Collections.nCopies(
                            loops,
                            () -> {
                                List<Member> given = new ArrayList<>();
                                for (int i = 0; i < 2000; i++) {
                                    IpAddress client =
                                            IpAddress.of("10.9." + i / 250 + "." + i % 250);
                                    together.await();
                                    given.add(pick(client));
                                }
                                return given;
                            });
            List<List<Member>> given = new ArrayList<>();
            for (Future<List<Member>> loop : threads.invokeAll(tasks)) {
                given.add(loop.get());
            }
            assertThat(given).allSatisfy(one -> assertThat(one).isEqualTo(given.getFirst()));
        }
    }

    @Test
    void affinityEndsWithItsTime() {
        serve(10, Map.of(), A, B, C);
        Map<Endpoint, Integer> seen = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            seen.merge(pick(CLIENT).endpoint(), 1, Integer::sum);
            pass(Duration.ofSeconds(11));
        }
        assertThat(seen).hasSize(3);
    }

    @Test
    void affinityMovesOnWhenTheEndpointRefuses() {
        serve(100, Map.of(), A, B);
        Member first = pick(CLIENT);
        first.failed(now);
        Member second = pick(CLIENT, first);
        assertThat(second).isNotSameAs(first);
        pass(Duration.ofSeconds(50));
        assertThat(pick(CLIENT)).isSameAs(second);
    }

    @Test
    void whoWasSlowIsTriedAgain() {
        serve(0, Map.of("algorithm", "power-of-two"), A, B);
        Member a = member(A);
        Member b = member(B);
        a.answered(200_000_000, now);
        for (int second = 0; second < 30; second++) {
            b.answered(1_000_000, now);
            pass(Duration.ofSeconds(1));
            if (second < 4) {
                // Now and then nobody else is drawn.
                assertThat(picks(100).get(B)).isGreaterThan(90);
            }
        }
        assertThat(picks(100)).as("nothing was heard of A for long").containsKey(A);
        a.answered(1_000_000, now);
        b.answered(1_000_000, now);
        assertThat(picks(1000).get(A)).as("what it was once is forgotten").isBetween(350, 650);
    }

    @Test
    void annotationsChooseAlgorithmWeightsAndMore() {
        serve(
                0,
                Map.of(
                        "algorithm", "random",
                        "weights", "10.1.0.1=0, 10.1.0.2:8080=3",
                        "proxy-protocol", "v2",
                        "drain-seconds", "7"),
                A,
                B,
                C);
        assertThat(picks(200)).containsOnlyKeys(B, C);
        assertThat(pool.proxyProtocol()).isTrue();
        assertThat(pool.drainNanos()).isEqualTo(Duration.ofSeconds(7).toNanos());
    }

    @Test
    void aNameThatNobodyKnowsIsSaid() {
        Map<String, String> options =
                Map.of("algoritm", "random", "ipvs-scheduler", "rr", "drain-seconds", "7");
        assertThat(service.update(port(Protocol.TCP, List.of(A, B), 0, options)))
                .singleElement()
                .extracting(Problem::message)
                .asString()
                .contains("no annotation \"algoritm\"")
                .doesNotContain("\"ipvs-scheduler\"", "\"drain-seconds\"")
                .hasSizeLessThan(200);
    }

    @Test
    void whatIsNotUnderstoodIsSaidAndTheDefaultHolds() {
        String message =
                service
                        .update(
                                port(
                                        Protocol.TCP,
                                        List.of(A, B),
                                        0,
                                        Map.of(
                                                "algorithm", "best",
                                                "weights",
                                                        "10.1.0.1=1001,x=1,10.1.0.2=2"
                                                                + ",?".repeat(9999),
                                                "proxy-protocol", "v1",
                                                "drain-seconds", "-1")))
                        .stream()
                        .map(Problem::message)
                        .collect(Collectors.joining("; "));
        assertThat(message)
                .contains("\"best\"", "round-robin", "\"10.1.0.1=1001, x=1, ?, ")
                .hasSizeLessThan(600)
                .contains("\"v1\"", "\"-1\"")
                .doesNotContain("10.1.0.2");
        assertThat(picks(3)).containsEntry(A, 1).containsEntry(B, 2);
    }

    @Test
    void anEndpointThatLeftDrainsForItsTime() {
        serve(0, Map.of(), A, B);
        Member a = member(A);
        serve(0, Map.of(), B);
        assertThat(a.left()).isTrue();
        assertThat(a.drained(now, 100)).isFalse();
        now += 100;
        assertThat(a.drained(now, 100)).isTrue();
        assertThat(member(B).left()).isFalse();
    }

    /// Readiness comes and goes; long connections are to survive that.
    @Test
    void anEndpointThatComesBackKeepsItsConnections() {
        serve(0, Map.of(), A, B);
        Member a = member(A);
        a.opened();
        a.failed(now);
        serve(0, Map.of(), B);
        pass(Duration.ofMinutes(1));
        serve(0, Map.of(), B);
        serve(0, Map.of(), A, B);
        assertThat(member(A)).isSameAs(a);
        pass(Duration.ofDays(1));
        assertThat(a.drained(now, 100)).isFalse();
        a.moved(1, 2);
        assertThat(
                        meters.get("swivel.userspace.endpoint.bytes")
                                .tags("endpoint", "10.1.0.1:8080", "direction", "to_client")
                                .functionCounter()
                                .count())
                .isEqualTo(2);

        serve(0, Map.of(), B);
        assertThat(a.drained(now, 100)).as("its time begins anew").isFalse();
        a.closed();
        serve(0, Map.of(), B);
        serve(0, Map.of(), A, B);
        assertThat(member(A)).as("nothing is kept of who has no connection").isNotSameAs(a);
    }

    @Test
    void metricsBeginWithTrafficAndEndWithTheEndpoint() {
        serve(0, Map.of(), A, B);
        assertThat(meters.getMeters()).isEmpty();
        Member a = pick(CLIENT);
        if (a.endpoint().equals(B)) {
            a = pick(CLIENT, a);
        }
        a.opened();
        a.connected(5_000);
        a.moved(10, 20);
        a.answered(7_000_000, now);

        assertThat(
                        meters.get("swivel.userspace.endpoint.bytes")
                                .tags("endpoint", "10.1.0.1:8080", "direction", "to_client")
                                .functionCounter()
                                .count())
                .isEqualTo(20);
        assertThat(
                        meters.get("swivel.userspace.service.connections.opened")
                                .tags("namespace", "shop", "service", "web")
                                .functionCounter()
                                .count())
                .isEqualTo(1);
        for (String whose : List.of("endpoint", "service")) {
            String prefix = "swivel.userspace." + whose;
            assertThat(meters.get(prefix + ".connections").gauge().value()).isOne();
            assertThat(meters.get(prefix + ".first.byte.seconds").gauge().value()).isEqualTo(0.007);
        }

        serve(0, Map.of(), B);
        a.moved(1, 1);
        assertThat(meters.find("swivel.userspace.endpoint.bytes").meters()).isEmpty();
        assertThat(meters.find("swivel.userspace.service.bytes").meters()).hasSize(2);
        assertThat(meters.get("swivel.userspace.service.connections").gauge().value())
                .as("it drains")
                .isOne();
        a.closed();
        assertThat(meters.get("swivel.userspace.service.connections").gauge().value()).isZero();
        service.close();
        assertThat(meters.getMeters()).isEmpty();
    }

    /// An event loop may still have the pool in its hands.
    @Test
    void aServiceThatIsGoneGetsNoNewSeries() {
        serve(0, Map.of(), A);
        service.close();
        service.pool(EndpointSet.CLUSTER).refused();
        assertThat(meters.getMeters()).isEmpty();
    }

    @Test
    void theNumberOfSeriesIsBounded() {
        List<Endpoint> many = new ArrayList<>();
        for (int i = 0; i < ServiceTraffic.MOST_ENDPOINTS + 500; i++) {
            many.add(endpoint("10." + (2 + i / 250) + ".0." + (1 + i % 250), 80));
        }
        serve(0, Map.of(), many.toArray(Endpoint[]::new));
        for (int i = 0; i < many.size(); i++) {
            pick(CLIENT).opened();
        }
        assertThat(meters.find("swivel.userspace.endpoint.errors").meters())
                .hasSize(ServiceTraffic.MOST_ENDPOINTS);
        serve(0, Map.of(), A);
        pick(CLIENT).opened();
        assertThat(meters.find("swivel.userspace.endpoint.errors").meters()).hasSize(1);
    }
}
