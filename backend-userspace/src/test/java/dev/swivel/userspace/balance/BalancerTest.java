package dev.swivel.userspace.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancerTest {
    private static final int PICKS = 60_000;

    /// Endpoints whose state a test sets, and who counts how often it is looked at.
    private static final class Endpoints implements Candidates {
        final int[] connections;
        final long[] latency;
        final BitSet away = new BitSet();
        long looks;

        Endpoints(int size) {
            connections = new int[size];
            latency = new long[size];
        }

        @Override
        public int size() {
            return connections.length;
        }

        @Override
        public boolean usable(int index) {
            looks++;
            return !away.get(index);
        }

        @Override
        public int connections(int index) {
            looks++;
            return connections[index];
        }

        @Override
        public long latency(int index) {
            looks++;
            return latency[index];
        }
    }

    private static long[] keys(int size) {
        return LongStream.range(0, size).map(i -> 0x0a00_0001L + i).toArray();
    }

    private static Balancer balancer(Algorithm algorithm, int... weights) {
        return algorithm.over(new Weights(weights), keys(weights.length));
    }

    /// Counts picks; every pick is a connection that stays.
    private static int[] picks(Balancer balancer, Endpoints endpoints, int picks) {
        int[] counts = new int[endpoints.size()];
        for (int i = 0; i < picks; i++) {
            int index = balancer.pick(endpoints, Mix.of(i));
            counts[index]++;
            endpoints.connections[index]++;
        }
        return counts;
    }

    @ParameterizedTest
    @EnumSource
    void equalWeightsShareEqually(Algorithm algorithm) {
        int[] counts = picks(balancer(algorithm, 1, 1, 1, 1), new Endpoints(4), PICKS);

        for (int count : counts) {
            assertThat((double) count / PICKS).isCloseTo(0.25, within(0.02));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POWER_OF_TWO")
    void sharesFollowWeights(Algorithm algorithm) {
        int[] counts = picks(balancer(algorithm, 1, 2, 0, 5), new Endpoints(4), PICKS);

        assertThat((double) counts[0] / PICKS).isCloseTo(1 / 8.0, within(0.02));
        assertThat((double) counts[1] / PICKS).isCloseTo(2 / 8.0, within(0.02));
        assertThat(counts[2]).isZero();
        assertThat((double) counts[3] / PICKS).isCloseTo(5 / 8.0, within(0.02));
    }

    /// Connections that have ended when the next one comes leave nothing to compare.
    @Test
    void leastConnectionsFollowsWeightsAlsoWhereNobodyHasAny() {
        Balancer balancer = balancer(Algorithm.LEAST_CONNECTIONS, 1, 3, 0, 6);
        Endpoints endpoints = new Endpoints(4);
        int[] counts = new int[4];
        for (int i = 0; i < PICKS; i++) {
            counts[balancer.pick(endpoints, 0)]++;
        }
        assertThat((double) counts[0] / PICKS).isCloseTo(0.1, within(0.02));
        assertThat((double) counts[1] / PICKS).isCloseTo(0.3, within(0.02));
        assertThat(counts[2]).isZero();
        assertThat((double) counts[3] / PICKS).isCloseTo(0.6, within(0.02));
    }

    @ParameterizedTest
    @EnumSource
    void weightZeroGetsNothingWhileAnotherServesHoweverSeldomItIsDrawn(Algorithm algorithm) {
        Endpoints endpoints = new Endpoints(3);
        endpoints.away.set(1);
        Balancer balancer = balancer(algorithm, 0, 1000, 1);
        assertThat(picks(balancer, endpoints, 1000)).containsExactly(0, 0, 1000);
    }

    @ParameterizedTest
    @EnumSource
    void allWeightsZeroIsAllWeightsEqual(Algorithm algorithm) {
        int[] counts = picks(balancer(algorithm, 0, 0), new Endpoints(2), PICKS);

        assertThat((double) counts[0] / PICKS).isCloseTo(0.5, within(0.02));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotUsableIsNotPicked(Algorithm algorithm) {
        Balancer balancer = balancer(algorithm, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1);
        Endpoints endpoints = new Endpoints(10);
        endpoints.away.set(0, 9);
        assertThat(picks(balancer, endpoints, 100)[9]).isEqualTo(100);

        endpoints.away.set(9);
        assertThat(balancer.pick(endpoints, 7)).isEqualTo(-1);

        endpoints.away.clear(3);
        assertThat(balancer.pick(endpoints, 7)).as("weight 0, but alone").isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyIsNobody(Algorithm algorithm) {
        assertThat(balancer(algorithm).pick(new Endpoints(0), 1)).isEqualTo(-1);
    }

    @Test
    void aRoundGivesEachExactlyItsWeightAndSpreadsThem() {
        Balancer balancer = balancer(Algorithm.ROUND_ROBIN, 5, 1, 2);
        Endpoints endpoints = new Endpoints(3);
        int[] order = IntStream.range(0, 8 * 100).map(i -> balancer.pick(endpoints, 0)).toArray();

        for (int from = 0; from <= order.length - 8; from++) {
            int[] round = Arrays.copyOfRange(order, from, from + 8);
            assertThat(IntStream.of(round).filter(i -> i == 0).count()).isEqualTo(5);
            assertThat(IntStream.of(round).filter(i -> i == 2).count()).isEqualTo(2);
        }
        long pairs = IntStream.range(1, 8).filter(i -> order[i] == 2 && order[i - 1] == 2).count();
        assertThat(pairs).as("the two picks of one endpoint side by side").isZero();
    }

    @Test
    void leastConnectionsTakesTheLeastLoaded() {
        Endpoints endpoints = new Endpoints(3);
        endpoints.connections[0] = 10;
        endpoints.connections[1] = 3;
        endpoints.connections[2] = 4;
        assertThat(balancer(Algorithm.LEAST_CONNECTIONS, 1, 1, 1).pick(endpoints, 0)).isOne();
        assertThat(balancer(Algorithm.LEAST_CONNECTIONS, 1, 1, 2).pick(endpoints, 0)).isEqualTo(2);
    }

    @Test
    void powerOfTwoAvoidsTheSlowAndTriesTheUnknown() {
        Endpoints endpoints = new Endpoints(3);
        endpoints.latency[0] = 1_000_000;
        endpoints.latency[1] = 50_000_000;
        Balancer balancer = balancer(Algorithm.POWER_OF_TWO, 1, 1, 1);
        int[] counts = new int[3];
        for (int i = 0; i < 9_000; i++) {
            counts[balancer.pick(endpoints, 0)]++;
        }
        // The slow one wins only when drawn against nobody else, or the unknown one by a tie.
        assertThat(counts[1]).isLessThan(counts[0]).isLessThan(2_000);
        assertThat(counts[2]).isGreaterThan(2_000);
    }

    @Test
    void maglevMovesLittleMoreThanTheFlowsOfWhoLeft() {
        int size = 50;
        long[] all = keys(size);
        long[] less = LongStream.of(all).filter(k -> k != all[17]).toArray();
        Balancer before = Algorithm.MAGLEV.over(Weights.equal(size), all);
        Balancer after = Algorithm.MAGLEV.over(Weights.equal(size - 1), less);
        int moved = 0;
        for (long flow = 0; flow < PICKS; flow++) {
            long was = all[before.pick(new Endpoints(size), Mix.of(flow))];
            long is = less[after.pick(new Endpoints(size - 1), Mix.of(flow))];
            moved += was == is ? 0 : 1;
        }
        assertThat((double) moved / PICKS).isBetween(1.0 / size - 0.005, 1.6 / size);
    }

    @Test
    void maglevKeepsTheFlowsOfTheOthersWhileOneIsSetAside() {
        Endpoints endpoints = new Endpoints(10);
        Balancer balancer = balancer(Algorithm.MAGLEV, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        int[] before =
                IntStream.range(0, 1000).map(f -> balancer.pick(endpoints, Mix.of(f))).toArray();
        endpoints.away.set(4);
        for (int flow = 0; flow < 1000; flow++) {
            int now = balancer.pick(endpoints, Mix.of(flow));
            if (before[flow] != 4) {
                assertThat(now).isEqualTo(before[flow]);
            } else {
                assertThat(now).isNotEqualTo(4);
            }
        }
    }

    /// Cost is counted in looks at endpoints, which no busy machine can change.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LEAST_CONNECTIONS")
    void aPickCostsTheSameForTenAndForAThousand(Algorithm algorithm) {
        assertThat(looksPerPick(algorithm, 1000)).isLessThanOrEqualTo(12);
        assertThat(looksPerPick(algorithm, 10)).isLessThanOrEqualTo(12);
    }

    @Test
    void leastConnectionsLooksAtEachNoMoreThanThreeTimes() {
        assertThat(looksPerPick(Algorithm.LEAST_CONNECTIONS, 1000)).isLessThanOrEqualTo(3000);
    }

    private static long looksPerPick(Algorithm algorithm, int size) {
        Endpoints endpoints = new Endpoints(size);
        Balancer balancer = algorithm.over(Weights.equal(size), keys(size));
        for (int i = 0; i < 1000; i++) {
            balancer.pick(endpoints, Mix.of(i));
        }
        return endpoints.looks / 1000;
    }
}
