package dev.swivel.iptables.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HairpinCountsTest {
    private static final int STEPS = 50_000;
    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);

    /// Against a map that counts, while the table grows, empties and fills again.
    @ParameterizedTest
    @EnumSource
    void comesWithTheFirstUseAndGoesWithTheLast(IpFamily family) {
        HairpinCounts counts = new HairpinCounts(family);
        Map<Element.Hairpin, Integer> expected = new HashMap<>();
        List<Element.Hairpin> uses = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            boolean filling = step / (STEPS / 5) % 2 == 0;
            if (uses.isEmpty() || random.nextInt(10) < (filling ? 8 : 2)) {
                Element.Hairpin hairpin = hairpin(family);
                uses.add(hairpin);
                assertThat(counts.add(hairpin))
                        .as("first use of %s, seed %s", hairpin, seed)
                        .isEqualTo(expected.merge(hairpin, 1, Integer::sum) == 1);
            } else {
                Element.Hairpin hairpin = uses.remove(random.nextInt(uses.size()));
                int left = expected.merge(hairpin, -1, Integer::sum);
                assertThat(counts.remove(hairpin))
                        .as("last use of %s, seed %s", hairpin, seed)
                        .isEqualTo(left == 0);
            }
        }
    }

    /// Few enough for many to be used twice.
    private Element.Hairpin hairpin(IpFamily family) {
        String prefix = family == IpFamily.IPV4 ? "10.240.%d.%d" : "fd00:%x::%x";
        int address = random.nextInt(20_000);
        Protocol[] protocols = Protocol.values();
        return new Element.Hairpin(
                IpAddress.of(prefix.formatted(address >> 8, address & 0xff)),
                protocols[random.nextInt(protocols.length)],
                80 + random.nextInt(2));
    }
}
