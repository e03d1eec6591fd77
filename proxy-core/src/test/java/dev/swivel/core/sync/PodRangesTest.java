package dev.swivel.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.config.DetectLocal;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.Problem;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PodRangesTest {
    private static final DetectLocal NODE = new DetectLocal.NodeCidr();
    private static final DetectLocal BRIDGE = new DetectLocal.BridgeInterface("cni0");
    private static final Set<IpFamily> V4 = Set.of(IpFamily.IPV4);
    private static final Set<IpFamily> BOTH = EnumSet.allOf(IpFamily.class);

    @Test
    void aRangeOfAServedFamilyIsEnough() {
        assertThat(reasons(NODE, V4, "10.244.1.0/24")).isEmpty();
        assertThat(reasons(NODE, BOTH, "10.244.1.0/24")).isEmpty();
        assertThat(reasons(NODE, V4, "fd00::/64", "10.244.1.0/24")).isEmpty();
        assertThat(reasons(BRIDGE, V4)).as("not needed").isEmpty();
    }

    @Test
    void noneOfAServedFamilyIsReported() {
        assertThat(problems(NODE, V4, "fd00::/64"))
                .singleElement()
                .extracting(Problem::message)
                .asString()
                .contains("IPv6 only, but this node has IPv4: what comes from its pods");
        assertThat(reasons(BRIDGE, V4, "fd00::/64")).containsExactly("PodCIDRFamily");
    }

    @Test
    void noneAtAllIsReportedWhereOneIsNeeded() {
        assertThat(reasons(NODE, BOTH)).containsExactly("MissingPodCIDR");
    }

    private static List<String> reasons(DetectLocal how, Set<IpFamily> served, String... ranges) {
        return problems(how, served, ranges).stream().map(Problem::reason).toList();
    }

    private static List<Problem> problems(DetectLocal how, Set<IpFamily> served, String... ranges) {
        return PodRanges.problems(
                how,
                served,
                new Node(
                        "n1",
                        List.of(),
                        Optional.empty(),
                        Stream.of(ranges).map(Cidr::of).toList(),
                        false));
    }
}
