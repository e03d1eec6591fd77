package dev.swivel.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranslatedFlowKernelTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private NetworkNamespace namespace;
    private NamespaceThread inside;
    private Conntrack conntrack;

    @BeforeEach
    void create() throws IOException {
        namespace = TestNamespaces.create();
        inside = namespace.thread();
        run("ip link set dev lo up");
        run("ip addr add fd00::1/128 dev lo nodad");
        run("ip addr add fd00::2/128 dev lo nodad");
        run("ip route add default dev lo");
        run("ip -6 route add default dev lo");
        for (String program : new String[] {"iptables", "ip6tables"}) {
            run(program + " -t nat -A POSTROUTING -p sctp -j MASQUERADE"); // starts translation
        }
        conntrack = inside.call(Conntrack::open);
    }

    @AfterEach
    void remove() {
        conntrack.close();
        inside.close();
        namespace.close();
    }

    private String run(String command) throws IOException {
        return inside.call(() -> Command.of(command.split(" ")).run().text());
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static TranslatedFlow flow(int protocol, int port, String source, OptionalInt to) {
        Tuple original = new Tuple(ip("127.0.0.2"), port, ip("127.0.0.1"), 53);
        return new TranslatedFlow(protocol, original, ip(source), to, MINUTE, true);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.2, 10.9.8.7", "fd00::1, fd00::2, fd99::7"})
    void theOtherSideSeesTheTranslatedSource(String server, String own, String client)
            throws IOException {
        try (DatagramSocket serving = inside.call(() -> socket(server, 5353));
                DatagramSocket asking = inside.call(() -> socket(own, 4000))) {
            Tuple original = new Tuple(ip(own), 4000, ip(server), 5353);
            assertThat(
                            conntrack.insert(
                                    new TranslatedFlow(
                                            UDP,
                                            original,
                                            ip(client),
                                            OptionalInt.of(7000),
                                            MINUTE,
                                            false)))
                    .isTrue();
            asking.send(new DatagramPacket(new byte[1], 1, ip(server), 5353));
            DatagramPacket got = new DatagramPacket(new byte[1], 1);
            serving.receive(got);
            assertThat(got.getSocketAddress()).isEqualTo(new InetSocketAddress(ip(client), 7000));
            serving.send(got);
            asking.receive(got);
            assertThat(got.getSocketAddress()).isEqualTo(new InetSocketAddress(ip(server), 5353));
            assertThat(run("conntrack -L -p udp" + (own.contains(":") ? " -f ipv6" : "")))
                    .as("a fixed timeout is not what the kernel would give")
                    .containsPattern(" (60|59|58|57|56|55) src=");
        }
    }

    private static DatagramSocket socket(String address, int port) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(ip(address), port));
        socket.setSoTimeout(5000);
        return socket;
    }

    @Test
    void isFoundByEitherDirection() throws IOException {
        TranslatedFlow flow = flow(TCP, 4000, "10.9.8.7", OptionalInt.of(7000));
        assertThat(conntrack.find(TCP, flow.original())).isEmpty();
        assertThat(conntrack.insert(flow)).isTrue();
        Tuple reply = new Tuple(ip("127.0.0.1"), 53, ip("10.9.8.7"), 7000);
        Flow found = conntrack.find(TCP, flow.original()).orElseThrow();
        assertThat(found.original()).isEqualTo(flow.original());
        assertThat(found.reply()).isEqualTo(reply);
        assertThat(conntrack.find(TCP, reply)).contains(found);
        assertThat(conntrack.find(UDP, flow.original())).isEmpty();
        assertThat(conntrack.delete(TCP, flow.original())).isTrue();
        assertThat(conntrack.delete(TCP, flow.original())).isFalse();
        assertThat(conntrack.find(TCP, reply)).isEmpty();
    }

    @Test
    void aTakenTupleIsToldAndAFreePortIsFound() throws IOException {
        assertThat(conntrack.insert(flow(TCP, 4000, "10.9.8.7", OptionalInt.of(7000)))).isTrue();
        assertThat(conntrack.insert(flow(TCP, 4000, "10.9.8.7", OptionalInt.of(7001))))
                .as("the same original tuple")
                .isFalse();
        assertThat(conntrack.insert(flow(TCP, 4001, "10.9.8.7", OptionalInt.of(7000))))
                .as("the same answers")
                .isFalse();
        TranslatedFlow anyPort = flow(TCP, 4002, "10.9.8.7", OptionalInt.empty());
        assertThat(conntrack.insert(anyPort)).isTrue();
        assertThat(conntrack.find(TCP, anyPort.original()).orElseThrow().reply())
                .isEqualTo(new Tuple(ip("127.0.0.1"), 53, ip("10.9.8.7"), 4002));
    }
}
