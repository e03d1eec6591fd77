package dev.swivel.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeTest {
    private static final List<IpAddress> IPS = List.of(IpAddress.of("10.0.0.1"));
    private static final List<Cidr> RANGES = Cidr.parse("10.244.1.0/24").stream().toList();

    @Test
    void whatANodeMadeAnewDoesNotSayYetIsAsBefore() {
        Node before = new Node("n", IPS, Optional.of("zone-a"), RANGES, true);
        Node anew = new Node("n", List.of(), Optional.empty(), List.of(), false);
        assertThat(anew.completedBy(before))
                .isEqualTo(new Node("n", IPS, Optional.empty(), RANGES, false));
    }

    @Test
    void whatItSaysCounts() {
        Node before = new Node("n", IPS, Optional.of("zone-a"), RANGES, false);
        Node now =
                new Node(
                        "n",
                        List.of(IpAddress.of("10.0.0.2")),
                        Optional.of("zone-b"),
                        Cidr.parse("10.244.2.0/24").stream().toList(),
                        false);
        assertThat(now.completedBy(before)).isEqualTo(now);
    }
}
