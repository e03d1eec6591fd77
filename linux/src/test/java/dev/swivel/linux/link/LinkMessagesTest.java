package dev.swivel.linux.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.netlink.NetlinkMessage;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Against what ip of iproute2 6.1 sent to Linux 6.1, little-endian, with sequence number zeroed.
/// Differences on purpose: `ip` neither flags the nested link information nor counts the NUL of the
/// kind, and was not asked to leave IPv6 addresses unchecked.
class LinkMessagesTest {
    private static final Link DUMMY = new Link(2, "kube-ipvs0", "dummy", 0x82);

    static Stream<Arguments> requests() {
        InetAddress four = InetAddress.ofLiteral("10.0.0.1");
        InetAddress six = InetAddress.ofLiteral("fd00::1");
        return Stream.of(
                // ip link add kube-ipvs0 type dummy
                Arguments.of(
                        "40000000100005060000000000000000"
                                + "00000000000000000000000000000000"
                                + "0f0003006b7562652d69707673300000"
                                + "100012800a00010064756d6d79000000",
                        LinkMessages.create("kube-ipvs0", "dummy")),
                // ip addr add 10.0.0.1/32 dev kube-ipvs0
                Arguments.of(
                        "28000000140005060000000000000000"
                                + "0220000002000000"
                                + "080002000a000001080001000a000001",
                        LinkMessages.change(AddressChange.add(DUMMY, four))),
                // ip addr add fd00::1/128 dev kube-ipvs0 nodad
                Arguments.of(
                        "40000000140005060000000000000000"
                                + "0a80020002000000"
                                + "14000200fd000000000000000000000000000001"
                                + "14000100fd000000000000000000000000000001",
                        LinkMessages.change(AddressChange.add(DUMMY, six))),
                // ip addr del 10.0.0.1/32 dev kube-ipvs0
                Arguments.of(
                        "28000000150005000000000000000000"
                                + "0220000002000000"
                                + "080002000a000001080001000a000001",
                        LinkMessages.change(AddressChange.delete(DUMMY, four))));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void sendsWhatTheProgramSends(String recorded, NetlinkMessage message) {
        assertThat(HexFormat.of().formatHex(message.encode(0, 4))).isEqualTo(recorded);
    }
}
