package dev.swivel.ipvs.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.ipvs.render.Pool.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgrammedTest {
    private static final Schedulers KNOWN = Set.of("rr", "wlc", "mh")::contains;

    private final Programmed programmed = new Programmed(layout(), KNOWN);

    private Delta put(Optional<Sample> before, Optional<Sample> after) {
        return programmed.update(
                List.of(new Programmed.Step(before.map(Sample::build), after.map(Sample::build))));
    }

    private Delta put(Sample sample) {
        return put(Optional.empty(), Optional.of(sample));
    }

    private Pool pool(String address, int port) {
        return programmed
                .pool(new PoolKey.Address(Protocol.TCP, IpAddress.of(address), port))
                .orElseThrow();
    }

    private static Element element(ServiceSet set, String address, int port) {
        return new Element.IpPort(set, IpAddress.of(address), Protocol.TCP, port);
    }

    @Test
    void anEndpointThatComesChangesOneVirtualServerAndOneElement() {
        Sample one = Sample.tcp("shop/web").clusterIp("10.96.0.10", 80).cluster("10.244.1.5:8080");
        Sample two =
                Sample.tcp("shop/web")
                        .clusterIp("10.96.0.10", 80)
                        .cluster("10.244.1.5:8080", "10.244.2.6:8080");
        put(one);
        put(Sample.tcp("shop/other").clusterIp("10.96.0.11", 80).cluster("10.244.1.5:8080"));

        Delta delta = put(Optional.of(one), Optional.of(two));

        assertThat(delta.pools()).hasSize(1);
        assertThat(delta.added())
                .containsExactly(
                        new Element.IpPortIp(
                                ServiceSet.LOOP_BACK,
                                IpAddress.of("10.244.2.6"),
                                Protocol.TCP,
                                8080,
                                IpAddress.of("10.244.2.6")));
        assertThat(delta.removed()).isEmpty();
        assertThat(delta.bound()).isEmpty();
    }

    @Test
    void underPolicyLocalOnlyMarkedTrafficReachesAllEndpoints() {
        put(
                Sample.tcp("shop/edge")
                        .clusterIp("10.96.0.10", 80)
                        .vip("203.0.113.10", 80)
                        .nodePort(30080)
                        .externalLocal()
                        .cluster("10.244.1.5:8080", "10.244.2.6:8080")
                        .local("10.244.1.5:8080"));

        assertThat(pool("10.96.0.10", 80).endpoints()).hasSize(2);
        assertThat(pool("10.96.0.10", 80).mark()).isZero();
        int mark = pool("203.0.113.10", 80).mark();
        assertThat(mark & ~0x7fff0000).isZero();
        for (Pool each : List.of(pool("203.0.113.10", 80), pool("10.128.0.2", 30080))) {
            assertThat(each.endpoints()).containsExactly(Sample.endpoint("10.244.1.5:8080"));
            assertThat(each.mark()).isEqualTo(mark).isNotZero();
        }
        assertThat(programmed.pool(new PoolKey.Mark(mark)).orElseThrow().endpoints()).hasSize(2);
    }

    @Test
    void withoutLocalEndpointsOthersAreDropped() {
        Delta delta =
                put(
                        Sample.tcp("shop/edge")
                                .clusterIp("10.96.0.10", 80)
                                .externalIp("203.0.113.10", 80)
                                .externalLocal()
                                .cluster("10.244.2.6:8080"));

        assertThat(pool("203.0.113.10", 80).refusal()).isEqualTo(Refusal.DROP);
        assertThat(pool("203.0.113.10", 80).mark()).isNotZero();
        assertThat(delta.added())
                .contains(element(ServiceSet.IPVS_DROP, "203.0.113.10", 80))
                .doesNotContain(element(ServiceSet.IPVS_DROP, "10.96.0.10", 80));
    }

    @Test
    void withoutEndpointsEveryoneIsRejectedAndTheAddressStays() {
        Sample served =
                Sample.tcp("shop/web").clusterIp("10.96.0.10", 80).cluster("10.244.1.5:8080");
        put(served);

        Delta delta =
                put(
                        Optional.of(served),
                        Optional.of(Sample.tcp("shop/web").clusterIp("10.96.0.10", 80)));

        assertThat(delta.added())
                .containsExactly(element(ServiceSet.IPVS_REJECT, "10.96.0.10", 80));
        assertThat(delta.unbound()).isEmpty();
        assertThat(pool("10.96.0.10", 80).endpoints()).isEmpty();
    }

    @Test
    void aServiceOnAnAddressOfTheNodeGoesBeforeANodePort() {
        Sample onNode =
                Sample.tcp("shop/direct")
                        .clusterIp("10.96.0.11", 80)
                        .externalIp("10.128.0.2", 30080)
                        .cluster("10.244.1.7:8080");
        put(
                Sample.tcp("shop/web")
                        .clusterIp("10.96.0.10", 80)
                        .nodePort(30080)
                        .cluster("10.244.1.5:8080"));

        Delta come = put(onNode);
        assertThat(pool("10.128.0.2", 30080).endpoints())
                .containsExactly(Sample.endpoint("10.244.1.7:8080"));
        assertThat(come.bound()).containsExactly(IpAddress.of("10.96.0.11"));

        Delta go = put(Optional.of(onNode), Optional.empty());
        assertThat(pool("10.128.0.2", 30080).endpoints())
                .containsExactly(Sample.endpoint("10.244.1.5:8080"));
        assertThat(go.unbound()).containsExactly(IpAddress.of("10.96.0.11"));
    }

    @Test
    void aSchedulerThatTheKernelHasIsUsedAndAnotherReported() {
        Sample asked =
                Sample.tcp("shop/web").clusterIp("10.96.0.10", 80).option("ipvs-scheduler", "wlc");
        assertThat(put(asked).problems()).isEmpty();
        assertThat(pool("10.96.0.10", 80).scheduler()).isEqualTo("wlc");

        Delta delta =
                put(
                        Optional.of(asked),
                        Optional.of(
                                Sample.tcp("shop/web")
                                        .clusterIp("10.96.0.10", 80)
                                        .option("ipvs-scheduler", "magic")));
        assertThat(pool("10.96.0.10", 80).scheduler()).isEqualTo("rr");
        assertThat(delta.problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).contains("magic", "modprobe ip_vs_magic"));
    }

    @Test
    void affinityByMarkIsAHashingScheduler() {
        put(
                Sample.tcp("shop/edge")
                        .clusterIp("10.96.0.10", 80)
                        .nodePort(30080)
                        .externalLocal()
                        .affinity(600)
                        .cluster("10.244.1.5:8080", "10.244.2.6:8080")
                        .local("10.244.1.5:8080"));

        Pool byMark =
                programmed.pool(new PoolKey.Mark(pool("10.128.0.2", 30080).mark())).orElseThrow();
        assertThat(byMark.scheduler()).isEqualTo("mh");
        assertThat(byMark.affinitySeconds()).isZero();
        assertThat(pool("10.128.0.2", 30080).affinitySeconds()).isEqualTo(600);
    }

    /// What the kernel would hold: deltas, one after the other, applied to nothing.
    private static final class Held {
        final Map<PoolKey, Pool> pools = new HashMap<>();
        final Set<Element> elements = new HashSet<>();
        final Set<IpAddress> addresses = new HashSet<>();

        void apply(Delta delta) {
            for (Delta.PoolChange change : delta.pools()) {
                PoolKey key = change.before().or(change::after).map(Pool::key).orElseThrow();
                assertThat(Optional.ofNullable(pools.remove(key))).isEqualTo(change.before());
                change.after().ifPresent(pool -> pools.put(key, pool));
            }
            delta.added().forEach(each -> assertThat(elements.add(each)).isTrue());
            for (Element each : delta.remarked()) {
                assertThat(elements.removeIf(old -> sameButMark(old, each))).isTrue();
                elements.add(each);
            }
            delta.removed().forEach(each -> assertThat(elements.remove(each)).isTrue());
            delta.bound().forEach(each -> assertThat(addresses.add(each)).isTrue());
            delta.unbound().forEach(each -> assertThat(addresses.remove(each)).isTrue());
        }

        private static boolean sameButMark(Element one, Element other) {
            return one instanceof Element.MarkedIpPort a
                    && other instanceof Element.MarkedIpPort b
                    && a.address().equals(b.address())
                    && a.protocol() == b.protocol()
                    && a.port() == b.port();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void changesAddUpToTheWhole(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Held held = new Held();
        Map<Integer, ResolvedService> now = new TreeMap<>();
        for (int round = 0; round < 60; round++) {
            List<Programmed.Step> steps = new ArrayList<>();
            Set<Integer> chosen = new HashSet<>();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                chosen.add(random.nextInt(6));
            }
            for (int service : chosen) {
                Optional<ResolvedService> before = Optional.ofNullable(now.remove(service));
                Optional<ResolvedService> after =
                        random.nextInt(5) == 0
                                ? Optional.empty()
                                : Optional.of(any(service, random));
                after.ifPresent(each -> now.put(service, each));
                steps.add(new Programmed.Step(before, after));
            }
            held.apply(programmed.update(steps));
        }
        Held whole = new Held();
        Programmed fresh = new Programmed(layout(), KNOWN);
        whole.apply(
                fresh.update(
                        now.values().stream()
                                .map(each ->
                                        new Programmed.Step(Optional.empty(), Optional.of(each)))
                                .toList()));
        assertThat(held.pools).as("seed %d", seed).isEqualTo(whole.pools);
        assertThat(held.elements).as("seed %d", seed).isEqualTo(whole.elements);
        assertThat(held.addresses).as("seed %d", seed).isEqualTo(whole.addresses);
    }

    private static ResolvedService any(int number, SplittableRandom random) {
        Sample sample = Sample.tcp("shop/s" + number).clusterIp("10.96.0." + (10 + number), 80);
        if (random.nextBoolean()) {
            sample.nodePort(30080 + number);
        }
        if (random.nextBoolean()) {
            sample.vip("203.0.113." + (10 + number), 80);
        }
        if (random.nextInt(4) == 0) {
            // an address of the node, and the number of a neighbour's node port
            sample.externalIp("10.128.0.2", 30080 + (number + 1) % 6);
        }
        if (random.nextBoolean()) {
            sample.externalLocal();
        }
        if (random.nextBoolean()) {
            sample.only("198.51.100.0/24", "10.128.0.0/24");
        }
        List<String> endpoints = new ArrayList<>();
        List<String> local = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            if (random.nextBoolean()) {
                String endpoint = "10.244.1." + (5 + i) + ":8080";
                endpoints.add(endpoint);
                if (random.nextBoolean()) {
                    local.add(endpoint);
                }
            }
        }
        return sample.cluster(endpoints.toArray(String[]::new))
                .local(local.toArray(String[]::new))
                .build();
    }

    private static Layout layout() {
        List<IpAddress> node = List.of(IpAddress.of("10.128.0.2"));
        return new Layout(
                IpFamily.IPV4,
                14,
                false,
                true,
                "rr",
                "mh",
                new LocalTraffic.FromCidr(Cidr.of("10.244.0.0/16")),
                node,
                node,
                node);
    }
}
