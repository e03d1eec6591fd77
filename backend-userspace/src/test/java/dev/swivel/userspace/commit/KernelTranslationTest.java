package dev.swivel.userspace.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import dev.swivel.linux.route.LocalRoutes;
import dev.swivel.userspace.route.Origin;
import dev.swivel.userspace.route.Translation.Kept;
import dev.swivel.userspace.route.Translation.Unavailable;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against the kernel's connection tracking, in a namespace where everything is on the loopback.
/// Needs root.
class KernelTranslationTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int LISTENER = 61601;
    private static final int IP_FREEBIND = 15;
    private static final String SERVICE = "10.96.0.10";
    private static final String OTHER_SERVICE = "10.96.0.11";

    private NetworkNamespace namespace;
    private NamespaceThread inside;
    private KernelTranslation translation;
    private final MirroredSources mirrored = new MirroredSources();

    @BeforeEach
    void create() throws IOException {
        Epoll.ensureAvailability(); // loads what sockets need
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
            throw new AssertionError("this test talks to the kernel: run it as root");
        }
        namespace =
                NetworkNamespace.create(
                        "swivel-ust-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + COUNT.incrementAndGet());
        inside = namespace.thread();
        run("ip link set dev lo up");
        run("ip route add default dev lo");
        run("ip -6 route add default dev lo");
        run("ip address add 10.0.0.1/32 dev lo");
        run("ip address add fd00::1/128 dev lo nodad");
        for (IpFamily family : IpFamily.values()) {
            inside.run(() -> {
                try (LocalRoutes routes = LocalRoutes.open()) {
                    for (Cidr range : Place.all(family)) {
                        routes.add(Place.range(range));
                    }
                }
            });
        }
        for (String protocol : new String[] {"tcp", "udp"}) {
            run(
                    "iptables -t nat -A OUTPUT -p "
                            + protocol
                            + " -d 10.96.0.0/16 -j DNAT --to-destination 169.254.200.1:"
                            + LISTENER);
            run(
                    "ip6tables -t nat -A OUTPUT -p "
                            + protocol
                            + " -d fd00:96::/64 -j DNAT --to-destination [fd73:7769:7664::1]:"
                            + LISTENER);
        }
        translation = inside.call(() -> KernelTranslation.open(mirrored));
    }

    @AfterEach
    void remove() {
        translation.close();
        inside.close();
        namespace.close();
    }

    private String run(String command) throws IOException {
        return inside.call(() -> Command.of(command.split(" ")).run().text());
    }

    private static boolean v6(IpFamily family) {
        return family == IpFamily.IPV6;
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static InetAddress listener(IpFamily family) {
        return ip(v6(family) ? "fd73:7769:7664::1" : "169.254.200.1");
    }

    private Socket stream(IpFamily family) throws IOException {
        return inside.call(() -> LinuxSocket.newSocketStream(v6(family)));
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void anEndpointSeesTheClient(IpFamily family) throws IOException {
        String client = v6(family) ? "fd99::7" : "10.9.8.7";
        InetAddress own = ip(v6(family) ? "fd00::1" : "10.0.0.1");
        try (ServerSocket server = inside.call(() -> new ServerSocket(0, 5, own))) {
            Endpoint endpoint = new Endpoint(IpAddress.of(own), server.getLocalPort(), true);
            assertThat(connect(family, client, 41000, server, endpoint))
                    .isEqualTo(new InetSocketAddress(ip(client), 41000));
            assertThat(connect(family, client, 41000, server, endpoint))
                    .as("the port is taken towards this endpoint")
                    .isNotEqualTo(new InetSocketAddress(ip(client), 41000))
                    .extracting(InetSocketAddress::getAddress)
                    .isEqualTo(ip(client));
            assertThat(connect(family, client, 80, server, endpoint).getAddress())
                    .as("from a port below 1024")
                    .isEqualTo(ip(client));
        }
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void aRuleIsEnoughToShowTheClient(IpFamily family) throws IOException {
        InetSocketAddress client =
                new InetSocketAddress(v6(family) ? "fd99::7" : "10.9.8.7", 41000);
        IpAddress address = IpAddress.of(client.getAddress());
        run(
                v6(family)
                        ? "ip6tables -t nat -A POSTROUTING -s fd73:7769:7665::/64 -j NETMAP --to fd99::/64"
                        : "iptables -t nat -A POSTROUTING -s 251.9.8.0/24 -j NETMAP --to 10.9.8.0/24");
        assertThat(translation.mirrors(address)).as("nobody has told of the rule").isFalse();
        mirrored.put(family, Optional.of(Cidr.of(v6(family) ? "fd99::/64" : "10.9.8.0/24")));
        assertThat(translation.mirrors(address)).isTrue();
        InetAddress own = ip(v6(family) ? "fd00::1" : "10.0.0.1");
        assertThat(translation.mirrors(IpAddress.of(own))).isFalse();
        try (ServerSocket server = inside.call(() -> new ServerSocket(0, 5, own));
                ServerSocket other = inside.call(() -> new ServerSocket(0, 5, own))) {
            for (ServerSocket each : List.of(server, other)) {
                boolean _ = mirrored(family, client).connect(each.getLocalSocketAddress());
                each.setSoTimeout(5000);
                assertThat(each.accept().getRemoteSocketAddress()).isEqualTo(client);
            }
            assertThatThrownBy(
                            () -> mirrored(family, client).connect(server.getLocalSocketAddress()))
                    .as("the port is taken towards this endpoint")
                    .hasMessageContaining("assign requested address");
        }
        Socket first = inside.call(() -> LinuxSocket.newSocketDgram(v6(family)));
        translation.mirror(first.intValue(), Protocol.UDP, address, 41000);
        Socket second = inside.call(() -> LinuxSocket.newSocketDgram(v6(family)));
        assertThatThrownBy(
                        () -> translation.mirror(second.intValue(), Protocol.UDP, address, 41000))
                .as("the kernel would not tell their answers apart")
                .isInstanceOf(Unavailable.class);
        first.close();
        second.close();
    }

    private Socket mirrored(IpFamily family, InetSocketAddress client) throws IOException {
        Socket socket = stream(family);
        translation.mirror(
                socket.intValue(),
                Protocol.TCP,
                IpAddress.of(client.getAddress()),
                client.getPort());
        return socket;
    }

    /// Connection tracking remembers a connection for two minutes after its end: a client that
    /// makes many would run out of ports.
    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void aPortIsFreeAgainWhenItsConnectionHasEnded(IpFamily family) throws IOException {
        String client = v6(family) ? "fd99::7" : "10.9.8.7";
        InetAddress own = ip(v6(family) ? "fd00::1" : "10.0.0.1");
        try (ServerSocket server = inside.call(() -> new ServerSocket(0, 5, own))) {
            Endpoint endpoint = new Endpoint(IpAddress.of(own), server.getLocalPort(), true);
            server.setSoTimeout(5000);
            for (int i = 0; i < 3; i++) {
                Socket socket = stream(family);
                Kept _ =
                        translation.keep(
                                socket.intValue(),
                                Protocol.TCP,
                                IpAddress.of(client),
                                41000,
                                endpoint);
                boolean _ = socket.connect(server.getLocalSocketAddress());
                try (var accepted = server.accept()) {
                    assertThat(accepted.getPort()).isEqualTo(41000);
                    socket.close();
                    assertThat(accepted.getInputStream().read()).isNegative();
                }
                await().until(() ->
                        run("conntrack -L -p tcp" + (v6(family) ? " -f ipv6" : ""))
                                .contains("TIME_WAIT"));
            }
        }
    }

    /// Leaves the connection open.
    private InetSocketAddress connect(
            IpFamily family, String client, int port, ServerSocket server, Endpoint endpoint)
            throws IOException {
        Socket socket = stream(family);
        Kept _ =
                translation.keep(
                        socket.intValue(), Protocol.TCP, IpAddress.of(client), port, endpoint);
        boolean _ = socket.connect(server.getLocalSocketAddress());
        server.setSoTimeout(5000);
        return (InetSocketAddress) server.accept().getRemoteSocketAddress();
    }

    @Test
    void aUdpFlowIsForgottenWithItsSocket() throws IOException {
        InetAddress own = ip("10.0.0.1");
        try (DatagramSocket server =
                inside.call(() -> new DatagramSocket(new InetSocketAddress(own, 5353)))) {
            server.setSoTimeout(5000);
            Socket socket = inside.call(() -> LinuxSocket.newSocketDgram(false));
            Kept kept =
                    translation.keep(
                            socket.intValue(),
                            Protocol.UDP,
                            IpAddress.of("10.9.8.7"),
                            41000,
                            new Endpoint(IpAddress.of(own), 5353, true));
            boolean _ = socket.connect(server.getLocalSocketAddress());
            int _ = socket.write(ByteBuffer.allocateDirect(1), 0, 1);
            DatagramPacket got = new DatagramPacket(new byte[1], 1);
            server.receive(got);
            assertThat(got.getSocketAddress()).isEqualTo(new InetSocketAddress("10.9.8.7", 41000));
            assertThat(run("conntrack -L -p udp")).contains("dst=10.9.8.7");
            kept.close();
            assertThat(run("conntrack -L -p udp")).doesNotContain("dst=10.9.8.7");
            socket.close();
        }
    }

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void tellsWhereAConnectionWasGoing(IpFamily family) throws IOException {
        String service = v6(family) ? "fd00:96::10" : SERVICE;
        Socket listening = stream(family);
        listening.setIntOpt(0, IP_FREEBIND, 1);
        listening.bind(new InetSocketAddress(listener(family), LISTENER));
        listening.listen(5);
        assertThat(origin(listening, ip(service), 80))
                .isNotNull()
                .satisfies(origin -> {
                    assertThat(origin.service()).isEqualTo(IpAddress.of(service));
                    assertThat(origin.servicePort()).isEqualTo(80);
                });
        assertThat(origin(listening, listener(family), LISTENER))
                .as("made to the listener itself")
                .isNull();
        listening.close();
    }

    private Origin origin(Socket listening, InetAddress to, int port) throws IOException {
        try (var client = inside.call(() -> new java.net.Socket(to, port))) {
            byte[] peer = new byte[26];
            int fd = listening.accept(peer);
            Socket accepted = new Socket(fd);
            try {
                return translation.ofTcp(
                        fd, IpAddress.of(client.getLocalAddress()), client.getLocalPort());
            } finally {
                accepted.close();
            }
        }
    }

    @Test
    void tellsFlowsOfOneClientPortApart() throws IOException {
        try (DatagramSocket listening =
                        inside.call(() ->
                                new DatagramSocket(
                                        new InetSocketAddress(listener(IpFamily.IPV4), LISTENER)));
                DatagramSocket client =
                        inside.call(() ->
                                new DatagramSocket(new InetSocketAddress(ip("10.0.0.1"), 42000)))) {
            listening.setSoTimeout(5000);
            Origin first = origin(listening, client, SERVICE);
            Origin second = origin(listening, client, OTHER_SERVICE);
            assertThat(first)
                    .isEqualTo(
                            new Origin(IpAddress.of("10.0.0.1"), 42000, IpAddress.of(SERVICE), 53));
            assertThat(second)
                    .isEqualTo(
                            new Origin(
                                    IpAddress.of("10.0.0.1"),
                                    42000,
                                    IpAddress.of(OTHER_SERVICE),
                                    53));
            client.send(new DatagramPacket(new byte[1], 1, listener(IpFamily.IPV4), LISTENER));
            assertThat(received(listening)).as("sent to the listener itself").isNull();
        }
    }

    private Origin origin(DatagramSocket listening, DatagramSocket client, String service)
            throws IOException {
        client.send(new DatagramPacket(new byte[1], 1, ip(service), 53));
        return received(listening);
    }

    private Origin received(DatagramSocket listening) throws IOException {
        DatagramPacket got = new DatagramPacket(new byte[1], 1);
        listening.receive(got);
        return translation.ofUdp(
                IpAddress.of(got.getAddress()),
                got.getPort(),
                IpAddress.of(listener(IpFamily.IPV4)),
                LISTENER);
    }
}
