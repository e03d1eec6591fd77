package dev.swivel.linux.ipvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.netlink.GenericFamily;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkReply;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Against what ipvsadm 1.31 sent to and got from Linux 6.1, little-endian, without the netlink
/// header. What the program sends beyond need, and this package does not, was taken out: scheduler,
/// flags, timeout and netmask where only the virtual server's name is asked, tunnel options.
class IpvsMessagesTest {
    private static final IpvsMessages MESSAGES =
            new IpvsMessages(new GenericFamily("IPVS", 0x1c, 1));

    private static final Frontend WEB = new Frontend.AddressPort(6, ip("10.0.0.1"), 80);
    private static final Frontend DNS = new Frontend.AddressPort(17, ip("fd00::1"), 53);
    private static final Frontend MARK4 = new Frontend.Mark(77, IpFamily.IPV4);
    private static final Frontend MARK6 = new Frontend.Mark(77, IpFamily.IPV6);

    private static final String WEB_NAME =
            "30000180060001000200000006000200060000001400030"
                    + "00a0000010000000000000000000000000600040000500000";

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    static Stream<Arguments> requests() {
        RealServer web = RealServer.masqueraded(ip("10.1.0.1"), 8080);
        return Stream.of(
                Arguments.of("0f010000", MESSAGES.info()),
                Arguments.of("0d010000", MESSAGES.timeouts()),
                Arguments.of(
                        "0c01000008000400840300000800050078000000080006002c010000",
                        MESSAGES.setTimeouts(
                                new Timeouts(
                                        Duration.ofSeconds(900),
                                        Duration.ofSeconds(120),
                                        Duration.ofSeconds(300)))),
                Arguments.of("04010000", MESSAGES.listServers()),
                // -A -t 10.0.0.1:80 -s sh -b sh-port -p 300
                Arguments.of(
                        """
                        010100005400018006000100020000000600020006000000140003000a000001
                        000000000000000000000000060004000050000007000600736800000c000700
                        11000000ffffffff080008002c01000008000900ffffffff
                        """,
                        change(
                                new IpvsChange.AddServer(
                                        VirtualServer.of(WEB, Scheduler.SOURCE_HASH)
                                                .withFlags(VirtualServer.SCHEDULER_FLAG_2)
                                                .persistent(Duration.ofMinutes(5))))),
                // -A -u [fd00::1]:53 -s rr --ops
                Arguments.of(
                        """
                        0101000054000180060001000a000000060002001100000014000300fd000000
                        000000000000000000000001060004000035000007000600727200000c000700
                        04000000ffffffff08000800000000000800090080000000
                        """,
                        change(
                                new IpvsChange.AddServer(
                                        VirtualServer.of(DNS, Scheduler.ROUND_ROBIN)
                                                .withFlags(VirtualServer.ONE_PACKET)))),
                // -A -f 77 -s wrr
                Arguments.of(
                        """
                        01010000380001800600010002000000080005004d0000000800060077727200
                        0c00070000000000ffffffff080008000000000008000900ffffffff
                        """,
                        change(
                                new IpvsChange.AddServer(
                                        VirtualServer.of(MARK4, Scheduler.WEIGHTED_ROUND_ROBIN)))),
                // -A -f 77 -6 -s wrr -p 100 -M 64
                Arguments.of(
                        """
                        0101000038000180060001000a000000080005004d0000000800060077727200
                        0c00070001000000ffffffff08000800640000000800090040000000
                        """,
                        change(
                                new IpvsChange.AddServer(
                                        new VirtualServer(
                                                MARK6,
                                                Scheduler.WEIGHTED_ROUND_ROBIN,
                                                VirtualServer.PERSISTENT,
                                                Duration.ofSeconds(100),
                                                64)))),
                // -E -t 10.0.0.1:80 -s wlc
                Arguments.of(
                        """
                        020100005400018006000100020000000600020006000000140003000a000001
                        0000000000000000000000000600040000500000
                        08000600776c63000c00070000000000ffffffff080008000000000008000900ffffffff
                        """,
                        change(
                                new IpvsChange.SetServer(
                                        VirtualServer.of(WEB, new Scheduler("wlc"))))),
                // -D -f 77
                Arguments.of(
                        "03010000" + "140001800600010002000000080005004d000000",
                        change(new IpvsChange.DeleteServer(MARK4))),
                // -a -t 10.0.0.1:80 -r 10.1.0.1:8080 -m -w 3 -x 100 -y 50
                Arguments.of(
                        "05010000"
                                + WEB_NAME
                                + "480002800600"
                                + "0b0002000000140001000a010001000000000000000000000000"
                                + "060002001f9000000800030000000000080004000300000008000500640000"
                                + "000800060032000000",
                        change(
                                new IpvsChange.AddReal(
                                        WEB, web.withWeight(3).withThresholds(100, 50)))),
                // -e -t 10.0.0.1:80 -r 10.1.0.1:8080 -m -w 0
                Arguments.of(
                        "06010000"
                                + WEB_NAME
                                + "480002800600"
                                + "0b0002000000140001000a010001000000000000000000000000"
                                + "060002001f9000000800030000000000080004000000000008000500000000"
                                + "000800060000000000",
                        change(new IpvsChange.SetReal(WEB, web.withWeight(0)))),
                // -d -t 10.0.0.1:80 -r 10.1.0.1:8080
                Arguments.of(
                        "07010000"
                                + WEB_NAME
                                + "280002800600"
                                + "0b0002000000140001000a010001000000000000000000000000"
                                + "060002001f900000",
                        change(new IpvsChange.DeleteReal(WEB, web.destination()))),
                // -a -f 77 -6 -r [fd00:1::1]:8080 -g
                Arguments.of(
                        """
                        0501000014000180060001000a000000080005004d000000480002800600
                        0b000a00000014000100fd000001000000000000000000000001
                        060002001f90000008000300030000000800040001000000
                        08000500000000000800060000000000
                        """,
                        change(
                                new IpvsChange.AddReal(
                                        MARK6,
                                        new RealServer(
                                                new Destination(ip("fd00:1::1"), 8080),
                                                Forwarding.DIRECT,
                                                1,
                                                0,
                                                0)))),
                // part of -Ln
                Arguments.of("08010000" + WEB_NAME, MESSAGES.listReal(WEB)));
    }

    private static NetlinkMessage change(IpvsChange change) {
        return MESSAGES.change(change);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void sendsWhatTheProgramSends(String recorded, NetlinkMessage message) {
        String hex = HexFormat.of().formatHex(message.encode(0, Netlink.NLM_F_ACK));
        assertThat(hex.substring(32)).isEqualTo(recorded.replace("\n", ""));
        assertThat(message.type()).isEqualTo(0x1c);
    }

    private static NetlinkReply reply(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace("\n", ""));
        return new NetlinkReply(0x1c, 2, 1, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
    }

    @Test
    void readsAVirtualServer() {
        VirtualServerState state =
                IpvsReplies.server(
                        reply(
                                """
                                010100005401010006000100020000000600020006000000140003000a000001
                                000000000000000000000000060004000050000007000600736800000c000700
                                13000000ffffffff080008002c01000008000900ffffffff60000a0008000100
                                00000000080002000000000008000300000000000c0004000000000000000000
                                04000b000c000500000000000000000008000600000000000800070000000000
                                0800080000000000080009000000000008000a0000000000a0000c000c000100
                                070000000000000004000b000c000200000000000100000004000b000c000300
                                000000000000000004000b000c000400000000000000000004000b000c000500
                                000000000000000004000b000c000600000000000000000004000b000c000700
                                000000000000000004000b000c000800000000000000000004000b000c000900
                                000000000000000004000b000c000a000000000000000000
                                """));
        assertThat(state.server())
                .isEqualTo(
                        VirtualServer.of(WEB, Scheduler.SOURCE_HASH)
                                .withFlags(VirtualServer.SCHEDULER_FLAG_2)
                                .persistent(Duration.ofMinutes(5)));
        assertThat(state.statistics()).isEqualTo(new Statistics(7, 1L << 32, 0, 0, 0));
        assertThat(state.realServers()).isEmpty();
    }

    @Test
    void readsARealServer() {
        RealServerState state =
                IpvsReplies.real(
                        reply(
                                """
                                050100007c01020014000100fd00000100000000000000000000000106000200
                                1f9000000800030003000000080004000100000005000d000000000006000e00
                                0000000006000f00000000000800050000000000080006000000000008000700
                                03000000080008000400000008000900050000
                                0006000b000a00000064000a0008000100000000000800020000000000080003
                                000000000004000b000c000400000000000000000004000b000c000500000000
                                0000000000080006000000000008000700000000000800080000000000080009
                                000000000008000a0000000000a0000c000c000100000000000000000004000b
                                000c000200000000000000000004000b000c000300000000000000000004000b
                                000c000400000000000000000004000b000c000500000000000000000004000b
                                000c000600000000000000000004000b000c000700000000000000000004000b
                                000c000800000000000000000004000b000c000900000000000000000004000b
                                000c000a000000000000000000
                                """),
                        IpFamily.IPV6);
        assertThat(state)
                .isEqualTo(
                        new RealServerState(
                                new RealServer(
                                        new Destination(ip("fd00:1::1"), 8080),
                                        Forwarding.DIRECT,
                                        1,
                                        0,
                                        0),
                                3,
                                4,
                                5,
                                new Statistics(0, 0, 0, 0, 0)));
        assertThat(state.isIdle()).isFalse();
    }

    @Test
    void readsVersionAndTimeouts() {
        assertThat(IpvsReplies.info(reply("0e01000008000100010201000800020000100000")))
                .isEqualTo(new Info("1.2.1", 4096));
        assertThat(
                        IpvsReplies.timeouts(
                                reply("0c01000008000400840300000800050078000000080006002c010000")))
                .isEqualTo(
                        new Timeouts(
                                Duration.ofMinutes(15),
                                Duration.ofMinutes(2),
                                Duration.ofMinutes(5)));
    }

    @Test
    void badValuesAreRefusedAtOnce() {
        for (var bad :
                List.<Runnable>of(
                        () -> new Scheduler("Bad Name"),
                        () -> new Scheduler("x".repeat(16)),
                        () -> new Frontend.Mark(0, IpFamily.IPV4),
                        () -> new Frontend.AddressPort(0, ip("10.0.0.1"), 80),
                        () -> new Frontend.AddressPort(6, ip("10.0.0.1"), 65536),
                        () -> VirtualServer.of(WEB, Scheduler.ROUND_ROBIN).withFlags(2),
                        () -> RealServer.masqueraded(ip("10.0.0.1"), -1),
                        () -> RealServer.masqueraded(ip("10.0.0.1"), 1).withWeight(65536),
                        () -> RealServer.masqueraded(ip("10.0.0.1"), 1).withThresholds(5, 6))) {
            assertThatThrownBy(bad::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected");
        }
    }
}
