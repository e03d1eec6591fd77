package dev.swivel.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkSocket;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConntrackKernelTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SCTP = 132;
    private static final InetAddress SERVICE = InetAddress.ofLiteral("10.96.0.10");
    private static final InetAddress SERVICE6 = InetAddress.ofLiteral("fd00:96::10");
    private static final InetAddress ENDPOINT = InetAddress.ofLiteral("10.244.0.5");

    private NetworkNamespace namespace;
    private NamespaceThread inside;
    private Conntrack conntrack;

    @BeforeEach
    void create() throws IOException {
        namespace = TestNamespaces.create();
        inside = namespace.thread();
        conntrack = inside.call(Conntrack::open);
    }

    @AfterEach
    void remove() {
        conntrack.close();
        inside.close();
        namespace.close();
    }

    private void insert(String options) throws IOException {
        List<String> command = new ArrayList<>(List.of("conntrack", "-I", "-t", "1000"));
        command.addAll(List.of(options.split(" ")));
        var _ = inside.call(() -> Command.of(command).run());
    }

    /// Flows of every protocol to the service and to others, translated and not.
    private void fill() throws IOException {
        insert(
                "-p udp -s 10.0.0.1 -d 10.96.0.10 --sport 1000 --dport 53 -u SEEN_REPLY"
                        + " --dst-nat 10.244.0.5:5353");
        insert("-p udp -s 10.0.0.1 -d 10.96.0.10 --sport 1001 --dport 53");
        insert("-p udp -s 10.0.0.1 -d 10.96.0.10 --sport 1000 --dport 54");
        insert("-p udp -s 10.0.0.1 -d 10.96.0.11 --sport 1000 --dport 53");
        insert("-p tcp -s 10.0.0.1 -d 10.96.0.10 --sport 1000 --dport 53 --state ESTABLISHED -m 7");
        insert(
                "-p sctp -s 10.0.0.1 -d 10.96.0.10 --sport 1000 --dport 53 --state ESTABLISHED"
                        + " --orig-vtag 1 --reply-vtag 2");
        insert("-p icmp -s 10.0.0.1 -d 10.96.0.10 --icmp-type 8 --icmp-code 0 --icmp-id 5");
        insert("-p udp -s fd00::1 -d fd00:96::10 --sport 1000 --dport 53");
        insert("-p tcp -s fd00::1 -d fd00:96::10 --sport 1000 --dport 53 --state ESTABLISHED");
        insert(
                "-p sctp -s fd00::1 -d fd00:96::10 --sport 1000 --dport 53 --state ESTABLISHED"
                        + " --orig-vtag 1 --reply-vtag 2");
    }

    static Stream<Arguments> filters() {
        FlowFilter v4 = FlowFilter.of(IpFamily.IPV4);
        FlowFilter v6 = FlowFilter.of(IpFamily.IPV6);
        return Stream.of(
                Arguments.of(v4, 7),
                Arguments.of(v6, 3),
                Arguments.of(v4.withProtocol(UDP), 4),
                Arguments.of(v4.withOriginalDestination(SERVICE), 6),
                Arguments.of(v4.withOriginalDestination(SERVICE).withProtocol(UDP), 3),
                Arguments.of(
                        v4.withOriginalDestination(SERVICE).withProtocol(UDP).withOriginalPort(53),
                        2),
                Arguments.of(v4.withProtocol(UDP).withOriginalPort(53), 3),
                Arguments.of(
                        v4.withOriginalDestination(SERVICE).withProtocol(TCP).withOriginalPort(53),
                        1),
                Arguments.of(
                        v4.withOriginalDestination(SERVICE).withProtocol(SCTP).withOriginalPort(53),
                        1),
                Arguments.of(v4.withReplySource(ENDPOINT), 1),
                Arguments.of(
                        v4.withReplySource(ENDPOINT)
                                .withOriginalDestination(SERVICE)
                                .withProtocol(UDP),
                        1),
                Arguments.of(v6.withOriginalDestination(SERVICE6), 3),
                Arguments.of(
                        v6.withOriginalDestination(SERVICE6)
                                .withProtocol(SCTP)
                                .withOriginalPort(53),
                        1),
                Arguments.of(v6.withProtocol(UDP).withOriginalPort(99), 0));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void theKernelFilters(FlowFilter filter, int expected) throws IOException {
        fill();
        assertThat(conntrack.flows(filter)).hasSize(expected);
        try (NetlinkSocket socket =
                inside.call(() -> NetlinkSocket.open(Netlink.NETLINK_NETFILTER))) {
            boolean byIpv6Address =
                    filter.family() == IpFamily.IPV6 && filter.originalDestination().isPresent();
            if (!byIpv6Address) {
                assertThat(socket.dump(FlowMessages.get(filter), FlowMessages::flow))
                        .as("from the kernel, unfiltered here")
                        .hasSize(expected);
            }
            assertThat(
                            socket
                                    .dump(FlowMessages.getAll(filter.family()), FlowMessages::flow)
                                    .stream()
                                    .filter(filter::matches))
                    .as("filtered here only")
                    .hasSize(expected);
        }
    }

    @Test
    void decodesBothDirections() throws IOException {
        fill();
        var translated =
                conntrack.flows(FlowFilter.of(IpFamily.IPV4).withReplySource(ENDPOINT)).getFirst();
        InetAddress client = InetAddress.ofLiteral("10.0.0.1");
        assertThat(translated.protocol()).isEqualTo(UDP);
        assertThat(translated.original()).isEqualTo(new Tuple(client, 1000, SERVICE, 53));
        assertThat(translated.reply()).isEqualTo(new Tuple(ENDPOINT, 5353, client, 1000));
        assertThat(translated.isDestinationTranslated()).isTrue();
        assertThat(translated.isReplied()).isTrue();
        assertThat(translated.mark()).isZero();
        var tcp = conntrack.flows(FlowFilter.of(IpFamily.IPV4).withProtocol(TCP)).getFirst();
        assertThat(tcp.mark()).isEqualTo(7);
        assertThat(tcp.isDestinationTranslated()).isFalse();
        assertThat(tcp.zone()).isZero();
    }

    @Test
    void deletesWhatMatchesAndNothingElse() throws IOException {
        fill();
        var udp = FlowFilter.of(IpFamily.IPV4).withProtocol(UDP).withOriginalPort(53);
        assertThat(conntrack.delete(udp.withOriginalDestination(SERVICE))).isEqualTo(2);
        assertThat(conntrack.flows(FlowFilter.of(IpFamily.IPV4))).hasSize(5);
        String left = inside.call(() -> Command.of("conntrack", "-L").run().text());
        assertThat(left).contains("dst=10.96.0.11").doesNotContain("sport=1001");
        for (IpFamily family : IpFamily.values()) {
            for (int protocol : new int[] {TCP, SCTP}) {
                assertThat(conntrack.delete(FlowFilter.of(family).withProtocol(protocol)))
                        .isEqualTo(1);
            }
        }
        assertThat(conntrack.delete(FlowFilter.of(IpFamily.IPV6))).isEqualTo(1);
    }

    @Test
    void anEntryThatIsGoneIsFine() throws IOException {
        fill();
        var filter = FlowFilter.of(IpFamily.IPV4).withProtocol(TCP);
        List<Flow> seen = conntrack.flows(filter);
        assertThat(conntrack.delete(seen)).isEqualTo(1);
        assertThat(conntrack.delete(seen)).isZero();
        assertThat(conntrack.delete(List.of())).isZero();
    }

    @Test
    void filtersThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> FlowFilter.of(IpFamily.IPV4).withOriginalPort(53))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FlowFilter.of(IpFamily.IPV6).withOriginalDestination(SERVICE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("address: 10.96.0.10 (expected: IPV6)");
    }
}
