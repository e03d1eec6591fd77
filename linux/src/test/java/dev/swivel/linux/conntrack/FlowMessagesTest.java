package dev.swivel.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkReply;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Against what conntrack 1.4.7 and Linux 6.18 told each other, little-endian.
class FlowMessagesTest {
    private static final String TUPLE_ORIG =
            "34000180"
                    + "14000180080001000a000001080002000a60000a"
                    + "1c00028005000100110000000600020003e800000600030000350000";
    private static final String REPLY =
            "02000000"
                    + TUPLE_ORIG
                    + "34000280"
                    + "14000180080001000af40005080002000a000001"
                    + "1c00028005000100110000000600020014e900000600030003e80000"
                    + "08000300000001aa"
                    + "0800080000000007"
                    + "08000c005e685c6d"
                    + "08000b0000000001"
                    + "0800070000000077";

    private static final Flow FLOW =
            new Flow(
                    17,
                    new Tuple(ip("10.0.0.1"), 1000, ip("10.96.0.10"), 53),
                    new Tuple(ip("10.244.0.5"), 5353, ip("10.0.0.1"), 1000),
                    0x1aa,
                    7,
                    0,
                    0x5e685c6d,
                    0);

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Test
    void readsAFlow() {
        byte[] bytes = HexFormat.of().parseHex(REPLY);
        ByteBuffer payload = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        assertThat(FlowMessages.flow(new NetlinkReply(1 << 8, 2, 1, payload))).isEqualTo(FLOW);
        assertThat(FLOW.isReplied()).isTrue();
        assertThat(FLOW.isDestinationTranslated()).isTrue();
        assertThat(FLOW.isAssured()).isFalse();
    }

    @Test
    void deletesByTheOriginalTupleAndTheKernelsNumber() {
        String hex =
                HexFormat.of().formatHex(FlowMessages.delete(FLOW).encode(0, Netlink.NLM_F_ACK));
        assertThat(hex)
                .isEqualTo(
                        "50000000020105000000000000000000"
                                + "02000000"
                                + TUPLE_ORIG
                                + "08000c005e685c6d");
    }

    @Test
    void ipv6AddressesAreNotLeftToTheKernel() {
        var filter = FlowFilter.of(IpFamily.IPV6).withOriginalDestination(ip("fd00::1"));
        assertThat(FlowMessages.get(filter).length())
                .isEqualTo(FlowMessages.getAll(IpFamily.IPV6).length());
        assertThat(FlowMessages.get(filter.withProtocol(17)).length())
                .isGreaterThan(FlowMessages.getAll(IpFamily.IPV6).length());
    }
}
