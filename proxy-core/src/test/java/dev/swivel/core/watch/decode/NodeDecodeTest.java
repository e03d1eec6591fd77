package dev.swivel.core.watch.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Node;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeDecodeTest {
    private final Decoder decoder = new Decoder("node-1", true);

    @Test
    void recordedNode() {
        Decoded<Node> node = decoder.node(Texts.json(Texts.node(Texts.resource("node.json"))));
        assertThat(node.problems()).isEmpty();
        assertThat(node.value())
                .contains(
                        new Node(
                                "node-1",
                                List.of(IpAddress.of("10.128.0.2")),
                                Optional.of("a"),
                                List.of(Cidr.of("192.168.1.0/24")),
                                false));
    }

    @Test
    void internalAddressesComeFirstAndBadOnesAreReported() {
        Decoded<Node> node =
                decoder.node(
                        Texts.json(
                                Texts.node(
                                        """
                                        metadata: {name: n}
                                        spec: {podCIDR: 10.1.0.0/24, podCIDRs: [10.1.0.0/24, nonsense], taints: [{key: other}]}
                                        status:
                                          addresses:
                                          - {type: ExternalIP, address: 203.0.113.9}
                                          - {type: InternalIP, address: 10.0.0.9}
                                          - {type: InternalIP, address: "2001:db8::9"}
                                          - {type: InternalIP, address: host}
                                          - {type: Hostname, address: n}
                                        """)));
        assertThat(node.value().orElseThrow().ips())
                .extracting(IpAddress::toString)
                .containsExactly("10.0.0.9", "2001:db8::9", "203.0.113.9");
        assertThat(node.value().orElseThrow().podCidrs()).containsExactly(Cidr.of("10.1.0.0/24"));
        assertThat(node.problems())
                .extracting("reason")
                .containsExactly("InvalidAddress", "InvalidCIDR");
    }

    @Test
    void nodeThatIsLeaving() {
        assertThat(leaving("{name: n}", "{taints: [{key: ToBeDeletedByClusterAutoscaler}]}"))
                .isTrue();
        assertThat(leaving("{name: n, deletionTimestamp: x}", "{}")).isTrue();
        assertThat(leaving("{name: n}", "{taints: [null]}")).isFalse();
        assertThat(leaving("{name: n}", "null")).isFalse();
    }

    private boolean leaving(String metadata, String spec) {
        return decoder.node(
                        Texts.json(Texts.node("metadata: " + metadata + "\nspec: " + spec + "\n")))
                .value()
                .orElseThrow()
                .leaving();
    }
}
