package dev.swivel.iptables.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DispatchTreeTest {
    @Test
    void fewFrontendsAreOneFlatList() {
        DispatchTree tree = DispatchTree.ofAddresses();
        var outcome = tree.update(List.of(), clusterIps(8), true);
        assertThat(outcome.written()).hasSize(1);
        assertThat(outcome.written().getFirst().rules()).hasSize(8);
        assertThat(outcome.removed()).isEmpty();
    }

    @Test
    void manyFrontendsAreATreeOfShortChains() {
        DispatchTree tree = DispatchTree.ofAddresses();
        var _ = tree.update(List.of(), clusterIps(5000), false);
        List<Chain> chains = tree.chains(false);
        assertThat(chains).hasSizeLessThan(2000);
        assertThat(chains).allSatisfy(c -> assertThat(c.rules()).hasSizeLessThanOrEqualTo(128));
        assertThat(chains.stream().mapToInt(c -> c.rules().size()).sum()).isLessThan(7000);
    }

    @Test
    void oneMoreFrontendWritesFewChains() {
        DispatchTree tree = DispatchTree.ofAddresses();
        List<Dispatch> all = clusterIps(5000);
        var _ = tree.update(List.of(), all.subList(1, 5000), false);
        var outcome = tree.update(List.of(), all.subList(0, 1), false);
        assertThat(outcome.written()).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void findsWhatALinearSearchFinds(IpFamily family) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<Dispatch> all = randomDispatch(random, family, 2000);
        DispatchTree tree = DispatchTree.ofAddresses();
        var _ = tree.update(List.of(), all, false);
        Map<ChainName, Chain> chains = byName(tree.chains(false));
        for (Dispatch wanted : all) {
            assertThat(find(chains, Names.SERVICES, wanted))
                    .as("seed %d: %s", seed, wanted)
                    .contains(wanted.target());
        }
        for (int i = 0; i < 500; i++) {
            Dispatch asked = randomDispatch(random, family);
            Optional<ChainName> expected =
                    all.stream().filter(d -> d.hasKeyOf(asked)).map(Dispatch::target).findFirst();
            assertThat(find(chains, Names.SERVICES, asked))
                    .as("seed %d: %s", seed, asked)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void updatesSayExactlyWhatChanges(boolean nodePorts) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        DispatchTree tree = nodePorts ? DispatchTree.ofNodePorts() : DispatchTree.ofAddresses();
        Map<ChainName, Chain> kernel = new HashMap<>(byName(tree.chains(false)));
        Map<String, Dispatch> present = new TreeMap<>();
        for (int step = 0; step < 300; step++) {
            Map<String, Dispatch> before = Map.copyOf(present);
            for (int i = random.nextInt(step < 150 ? 5 : 2); i > 0; i--) {
                Dispatch one =
                        nodePorts ? randomNodePort(random) : randomDispatch(random, IpFamily.IPV4);
                present.put(key(one), one);
            }
            for (int i = random.nextInt(3); i > 0 && !present.isEmpty(); i--) {
                List<String> keys = new ArrayList<>(present.keySet());
                present.remove(keys.get(random.nextInt(keys.size())));
            }
            List<Dispatch> removed = new ArrayList<>();
            List<Dispatch> added = new ArrayList<>();
            before.forEach((key, old) -> {
                Dispatch now = present.get(key);
                // a replaced entry may be named as removed or not
                if (now == null || (!now.equals(old) && random.nextBoolean())) {
                    removed.add(old);
                }
            });
            present.forEach((key, now) -> {
                if (!now.equals(before.get(key))) {
                    added.add(now);
                }
            });
            var outcome = tree.update(removed, added, false);
            for (Chain chain : outcome.written()) {
                Chain old = kernel.put(chain.name(), chain);
                assertThat(chain).as("seed %d step %d", seed, step).isNotEqualTo(old);
            }
            outcome.removed().forEach(kernel::remove);

            assertThat(kernel)
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(byName(tree.chains(false)));
            assertThat(kernel)
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(rebuilt(nodePorts, present.values(), seed));
        }
    }

    /// The same set in another order gives the same chains.
    private static Map<ChainName, Chain> rebuilt(
            boolean nodePorts, Iterable<Dispatch> present, long seed) {
        List<Dispatch> all = new ArrayList<>();
        present.forEach(all::add);
        Collections.shuffle(all, new Random(seed));
        DispatchTree tree = nodePorts ? DispatchTree.ofNodePorts() : DispatchTree.ofAddresses();
        var _ = tree.update(List.of(), all, false);
        return byName(tree.chains(false));
    }

    private static String key(Dispatch dispatch) {
        return dispatch.prefixText(dispatch.nibbles());
    }

    private static Map<ChainName, Chain> byName(List<Chain> chains) {
        Map<ChainName, Chain> map = new HashMap<>();
        chains.forEach(chain -> map.put(chain.name(), chain));
        return map;
    }

    private static Optional<ChainName> find(
            Map<ChainName, Chain> chains, ChainName from, Dispatch packet) {
        for (Rule rule : chains.get(from).rules()) {
            if (!rule.matches().stream().allMatch(match -> matches(match, packet))) {
                continue;
            }
            ChainName to = rule.jumpsTo().orElseThrow();
            if (to.text().startsWith("KUBE-SVC-")) {
                return Optional.of(to);
            }
            assertThat(chains).containsKey(to);
            Optional<ChainName> found = find(chains, to, packet);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean matches(Match match, Dispatch packet) {
        return switch (match) {
            case Match.Destination(var range, var _) -> range.contains(packet.address());
            case Match.ProtocolIs(var protocol) -> protocol == packet.protocol();
            case Match.DestinationPorts(var _, var low, var high) ->
                    packet.port() >= low && packet.port() <= high;
            default -> throw new AssertionError(match);
        };
    }

    private static List<Dispatch> clusterIps(int count) {
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Dispatch> all = new TreeMap<>();
        while (all.size() < count) {
            IpAddress ip = new IpAddress(IpFamily.IPV4, 0, 0x0a600000L + random.nextInt(1 << 20));
            Dispatch one = Dispatch.address(ip, 80, target(random), owner(Protocol.TCP), "");
            all.put(key(one), one);
        }
        return List.copyOf(all.values());
    }

    private static List<Dispatch> randomDispatch(
            SplittableRandom random, IpFamily family, int count) {
        Map<String, Dispatch> all = new TreeMap<>();
        while (all.size() < count) {
            Dispatch one = randomDispatch(random, family);
            all.put(key(one), one);
        }
        return List.copyOf(all.values());
    }

    /// Few addresses, so that many ports meet on one.
    private static Dispatch randomDispatch(SplittableRandom random, IpFamily family) {
        long low = random.nextInt(4) == 0 ? random.nextInt(1 << 16) : random.nextInt(64);
        IpAddress address =
                family == IpFamily.IPV4
                        ? new IpAddress(family, 0, 0x0a600000L + low)
                        : new IpAddress(family, 0xfd00_0096L << 32, low);
        return Dispatch.address(
                address,
                1 + random.nextInt(random.nextBoolean() ? 20 : 65535),
                target(random),
                owner(protocol(random)),
                "");
    }

    private static Dispatch randomNodePort(SplittableRandom random) {
        return Dispatch.nodePort(
                IpFamily.IPV4,
                30000 + random.nextInt(300),
                target(random),
                owner(protocol(random)));
    }

    private static ServicePortName owner(Protocol protocol) {
        return new ServicePortName(new ServiceName("shop", "cart"), "", protocol);
    }

    private static Protocol protocol(SplittableRandom random) {
        return List.of(Protocol.values()).get(random.nextInt(3));
    }

    private static ChainName target(SplittableRandom random) {
        return new ChainName("KUBE-SVC-" + random.nextInt(1_000_000));
    }
}
