package dev.swivel.iptables.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.iptables.Layouts;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.SetName;
import dev.swivel.netfilter.rule.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgrammedTest {
    private static final int STEPS = 200;

    /// What the kernel would hold.
    private static final class Fake {
        private final Map<ChainName, Chain> nat = new HashMap<>();
        private final Set<Element> elements = new HashSet<>();
        private final Map<SetName, Integer> affinity = new HashMap<>();

        void take(Delta delta) {
            delta.affinityWritten().forEach(affinity::put);
            delta.written().forEach(chain -> nat.put(chain.name(), chain));
            delta.removed().forEach(name -> assertThat(nat.remove(name)).isNotNull());
            for (Element element : delta.elementsAdded()) {
                assertThat(elements.add(element)).as("added twice: %s", element).isTrue();
            }
            for (Element element : delta.elementsRemoved()) {
                assertThat(elements.remove(element)).as("not there: %s", element).isTrue();
            }
            delta.affinityRemoved().forEach(affinity::remove);
        }
    }

    @Test
    void differencesLeadFromAnyStateToAnyOther() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Layout layout = Layouts.of(IpFamily.IPV4);
        Programmed programmed = new Programmed(layout);
        Fake kernel = new Fake();
        Map<Integer, ResolvedService> services = new TreeMap<>();
        int withoutServices = Ruleset.of(new Programmed(layout), List.of()).rules(Table.NAT);
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + " step " + step;
            kernel.take(programmed.update(change(random, services)));

            Ruleset wanted = Ruleset.of(new Programmed(layout), services.values());
            Map<ChainName, Chain> nat = new HashMap<>(wanted.chains(Table.NAT));
            wanted.jumps().forEach(jump -> nat.remove(jump.from()));
            new StaticChains(layout).nat().forEach(chain -> nat.remove(chain.name()));
            kernel.nat.putIfAbsent(Names.SERVICES, nat.get(Names.SERVICES));
            kernel.nat.putIfAbsent(Names.NODEPORTS, nat.get(Names.NODEPORTS));
            assertThat(kernel.nat.keySet()).as(where).isEqualTo(nat.keySet());
            nat.forEach((name, chain) ->
                    assertThat(kernel.nat.get(name).sameAs(chain))
                            .as("%s %s", where, name)
                            .isTrue());
            assertThat(kernel.elements).as(where).isEqualTo(wanted.elements());
            assertThat(kernel.affinity).as(where).isEqualTo(wanted.affinity());
            assertThat(programmed.rules() + withoutServices)
                    .as("rules counted, %s", where)
                    .isEqualTo(wanted.rules(Table.NAT));
            assertEveryJumpArrives(wanted, where);
        }
    }

    private static void assertEveryJumpArrives(Ruleset rules, String where) {
        for (Table table : List.of(Table.NAT, Table.FILTER)) {
            for (Chain chain : rules.chains(table).values()) {
                for (Rule rule : chain.rules()) {
                    rule.jumpsTo()
                            .ifPresent(to ->
                                    assertThat(rules.chains(table))
                                            .as("%s: %s", where, chain.name())
                                            .containsKey(to));
                }
            }
        }
    }

    /// Some services come, go or change; some swap their addresses.
    private static List<Programmed.Step> change(
            SplittableRandom random, Map<Integer, ResolvedService> services) {
        Map<Integer, ResolvedService> before = new HashMap<>(services);
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            int id = random.nextInt(60);
            if (random.nextInt(4) == 0) {
                services.remove(id);
            } else {
                services.put(id, service(random, id));
            }
        }
        Set<Integer> ids = new HashSet<>(before.keySet());
        ids.addAll(services.keySet());
        List<Programmed.Step> steps = new ArrayList<>();
        for (int id : ids) {
            steps.add(
                    new Programmed.Step(
                            Optional.ofNullable(before.get(id)),
                            Optional.ofNullable(services.get(id))));
        }
        return steps;
    }

    private static ResolvedService service(SplittableRandom random, int id) {
        Protocol protocol = List.of(Protocol.values()).get(random.nextInt(3));
        Sample service = Sample.port("ns/s" + id, protocol).clusterIp("10.96.0." + id, 80);
        if (random.nextBoolean()) {
            service.vip("203.0.113." + id, 80);
        }
        if (random.nextBoolean()) {
            service.nodePort(30000 + id);
        }
        if (random.nextInt(3) == 0) {
            service.only(random.nextBoolean() ? "198.51.100.0/24" : "10.128.0.0/24");
        }
        if (random.nextInt(3) == 0) {
            service.affinity(100 * (1 + random.nextInt(2)));
        }
        if (random.nextBoolean()) {
            service.externalLocal();
        }
        if (random.nextBoolean()) {
            service.internalLocal();
        }
        if (random.nextInt(4) == 0) {
            service.healthCheck(32000 + id);
        }
        String[] all =
                IntStream.range(0, 6)
                        .filter(i -> random.nextBoolean())
                        .mapToObj(i -> "10.244.1." + i + ":80")
                        .toArray(String[]::new);
        int local = all.length == 0 ? 0 : random.nextInt(all.length);
        return service.cluster(all)
                .local(List.of(all).subList(0, local).toArray(String[]::new))
                .build();
    }

    @Test
    void aClusterOf5000ServicesFitsAndAChangeCostsOneService() {
        Programmed programmed = new Programmed(Layouts.of(IpFamily.IPV4));
        List<ResolvedService> services =
                IntStream.range(0, 5000).mapToObj(id -> large(id, 10)).toList();
        Ruleset rules = Ruleset.of(programmed, services);
        long lines = 0;
        for (Table table : List.of(Table.NAT, Table.FILTER)) {
            for (Chain chain : rules.chains(table).values()) {
                lines += 1 + chain.rules().size();
            }
        }
        assertThat(lines).isLessThanOrEqualTo(70_000);
        assertThat(
                        rules.chains(Table.FILTER).values().stream()
                                .mapToInt(c -> c.rules().size())
                                .sum())
                .isLessThan(40);

        Delta delta =
                programmed.update(
                        List.of(
                                new Programmed.Step(
                                        Optional.of(services.get(77)), Optional.of(large(77, 9)))));
        assertThat(delta.written()).hasSize(1);
        assertThat(delta.removed()).isEmpty();
        assertThat(delta.elementsRemoved()).hasSize(1);

        Delta gone =
                programmed.update(
                        List.of(
                                new Programmed.Step(
                                        Optional.of(large(77, 9)), Optional.of(large(77, 0)))));
        assertThat(gone.written()).hasSizeLessThanOrEqualTo(2);
        assertThat(gone.elementsAdded()).hasSize(1);
    }

    private static ResolvedService large(int id, int endpoints) {
        return Sample.tcp("ns/s" + id)
                .clusterIp("10." + (96 + id % 16) + "." + (id * 7 & 255) + "." + id / 256, 80)
                .cluster(
                        IntStream.range(0, endpoints)
                                .mapToObj(i ->
                                        "10.244." + id % 250 + "." + (id / 250 * 12 + i) + ":80")
                                .toArray(String[]::new))
                .build();
    }
}
