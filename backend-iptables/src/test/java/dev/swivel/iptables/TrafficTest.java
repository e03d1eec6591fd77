package dev.swivel.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ProxyState;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.netns.NetworkNamespace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Real connections from the node, to endpoints on it. Needs root.
class TrafficTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private NetworkNamespace namespace;

    static Stream<Arguments> everywhere() {
        return IptablesBackendTest.everywhere();
    }

    @BeforeEach
    void enter() throws IOException {
        namespace = TestNamespace.create();
    }

    @AfterEach
    void leave() {
        namespace.close();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void everyEndpointGetsItsShare(Flavour flavour, IpFamily family) {
        run(
                flavour,
                family,
                net -> {
                    net.apply(net.web(3));
                    try (Servers servers = new Servers(net, 3)) {
                        for (int i = 0; i < 300; i++) {
                            servers.connect();
                        }
                        assertThat(servers.counts)
                                .allSatisfy(n -> assertThat(n).isBetween(50, 150));
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aClientStaysWithItsEndpoint(Flavour flavour, IpFamily family) {
        run(
                flavour,
                family,
                net -> {
                    net.apply(net.web(2).affinity(300));
                    try (Servers servers = new Servers(net, 3)) {
                        int mine = servers.connect();
                        for (int i = 0; i < 20; i++) {
                            assertThat(servers.connect()).isEqualTo(mine);
                        }
                        net.change(net.web(3).affinity(300));
                        assertThat(servers.connect()).as("another endpoint came").isEqualTo(mine);
                        net.change(net.web(3).affinity(600));
                        assertThat(servers.connect()).as("the timeout changed").isEqualTo(mine);
                        assertThat(Command.of("ipset", "save").run().text().lines())
                                .filteredOn(line ->
                                        line.startsWith("create KUBE") && line.contains("AFF"))
                                .hasSize(3)
                                .allMatch(line -> line.contains("timeout 600"));
                        net.restart();
                        net.apply(net.web(3).affinity(600));
                        for (int i = 0; i < 20; i++) {
                            assertThat(servers.connect()).as("after a restart").isEqualTo(mine);
                        }
                        net.change(net.web(3));
                        for (int i = 0; i < 60; i++) {
                            servers.connect();
                        }
                        assertThat(servers.counts).as("affinity off").allMatch(n -> n > 0);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aServiceWithoutEndpointsIsRefusedAtOnce(Flavour flavour, IpFamily family) {
        run(
                flavour,
                family,
                net -> {
                    net.apply(net.web(0));
                    try (Servers servers = new Servers(net, 1)) {
                        assertThatThrownBy(servers::connect).isInstanceOf(ConnectException.class);
                        net.change(net.web(1));
                        assertThat(servers.connect()).isZero();
                        net.change(net.web(0));
                        assertThatThrownBy(servers::connect).isInstanceOf(ConnectException.class);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void aUdpClientFollowsTheEndpoints(Flavour flavour, IpFamily family) {
        run(
                flavour,
                family,
                net -> {
                    net.apply(net.dns());
                    try (DatagramChannel client = net.datagrams();
                            DatagramChannel first = net.datagrams();
                            DatagramChannel second = net.datagrams()) {
                        first.bind(net.endpoint(0));
                        second.bind(net.endpoint(1));
                        client.connect(net.service());

                        net.change(net.dns(0));
                        send(client);
                        assertThat(received(first)).isTrue();
                        net.change(net.dns(1));
                        send(client);
                        assertThat(received(second)).as("the endpoint was replaced").isTrue();
                        net.change(net.dns());
                        assertThatThrownBy(() -> sendUntilRefused(client))
                                .isInstanceOf(IOException.class); // EPERM or ECONNREFUSED
                    }
                });
    }

    private static void send(DatagramChannel client) throws IOException {
        int _ = client.write(ByteBuffer.wrap(new byte[] {1}));
    }

    private static void sendUntilRefused(DatagramChannel client) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            send(client);
            Thread.onSpinWait();
        }
    }

    private static boolean received(DatagramChannel server) throws IOException {
        server.configureBlocking(false);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (server.receive(ByteBuffer.allocate(10)) != null) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /// Listens on the first endpoints and tells which one a connection came to.
    private static final class Servers implements AutoCloseable {
        private final Net net;
        private final List<ServerSocketChannel> channels = new ArrayList<>();
        private final List<Integer> counts = new ArrayList<>();

        Servers(Net net, int count) throws IOException {
            this.net = net;
            for (int i = 0; i < count; i++) {
                ServerSocketChannel channel = ServerSocketChannel.open(net.family());
                channel.bind(net.endpoint(i));
                channel.configureBlocking(false);
                channels.add(channel);
                counts.add(0);
            }
        }

        int connect() throws IOException {
            try (SocketChannel client = SocketChannel.open(net.family())) {
                client.socket().connect(net.service(), 5000);
                for (int i = 0; i < channels.size(); i++) {
                    try (SocketChannel accepted = channels.get(i).accept()) {
                        if (accepted != null) {
                            counts.set(i, counts.get(i) + 1);
                            return i;
                        }
                    }
                }
            }
            throw new AssertionError("connected, but to none of the endpoints");
        }

        @Override
        public void close() throws IOException {
            for (ServerSocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    private interface Body {
        void run(Net net) throws Exception;
    }

    private void run(Flavour flavour, IpFamily family, Body body) {
        try {
            namespace.run(() -> {
                try (Net net = new Net(flavour, family)) {
                    body.run(net);
                }
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// A node with pods' addresses on its loopback device.
    private static final class Net implements AutoCloseable {
        private final IpFamily family;
        private IptablesBackend backend = new IptablesBackend();

        Net(Flavour flavour, IpFamily family) throws Exception {
            this.family = family;
            String program = family == IpFamily.IPV4 ? "iptables-" : "ip6tables-";
            String hint = "*mangle\n:KUBE-IPTABLES-HINT - [0:0]\nCOMMIT\n";
            Command.of(program + flavour.label() + "-restore", "--noflush")
                    .withInput(hint.getBytes(StandardCharsets.UTF_8))
                    .run();
            ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
            ip("link", "set", "v0", "up");
            ip("link", "set", "v1", "up");
            if (family == IpFamily.IPV4) {
                ip("addr", "add", "10.128.0.2/24", "dev", "v0");
                ip("route", "add", "default", "via", "10.128.0.1");
            } else {
                ip("addr", "add", "fd00:128::2/64", "dev", "v0", "nodad");
                ip("route", "add", "default", "via", "fd00:128::1");
            }
            for (int i = 0; i < 3; i++) {
                ip("addr", "add", pod(i), "dev", "lo");
            }
            start();
        }

        private static void ip(String... arguments) throws IOException {
            List<String> words = new ArrayList<>(List.of("ip"));
            words.addAll(List.of(arguments));
            var _ = Command.of(words).run();
        }

        private void start() throws Exception {
            backend.start(
                    new BackendContext(
                            ConfigDefaults.defaults(), Set.of(family), new SimpleMeterRegistry()));
        }

        void restart() throws Exception {
            backend.close();
            backend = new IptablesBackend();
            start();
        }

        void apply(Sample service) throws Exception {
            var _ = backend.apply(Sample.state(family, service), Change.everything("start"));
        }

        void change(Sample service) throws Exception {
            ProxyState state = Sample.state(family, service);
            var _ = backend.apply(state, Change.of(state.services().keySet()));
            assertThat(backend.audit(state).findings()).isEmpty();
        }

        Sample web(int endpoints) {
            String[] all = new String[endpoints];
            for (int i = 0; i < endpoints; i++) {
                all[i] = port(i);
            }
            return Sample.tcp("demo/web").clusterIp(clusterIp(), 80).cluster(all);
        }

        Sample dns(int... endpoints) {
            String[] all = new String[endpoints.length];
            for (int i = 0; i < endpoints.length; i++) {
                all[i] = port(endpoints[i]);
            }
            return Sample.port("demo/dns", Protocol.UDP).clusterIp(clusterIp(), 80).cluster(all);
        }

        private String clusterIp() {
            return family == IpFamily.IPV4 ? "10.96.0.10" : "fd00:96::10";
        }

        private String pod(int index) {
            return (family == IpFamily.IPV4 ? "10.244.1." : "fd00:10:244::") + (5 + index);
        }

        private String port(int index) {
            return family == IpFamily.IPV4 ? pod(index) + ":8080" : "[" + pod(index) + "]:8080";
        }

        ProtocolFamily family() {
            return family == IpFamily.IPV4
                    ? StandardProtocolFamily.INET
                    : StandardProtocolFamily.INET6;
        }

        DatagramChannel datagrams() throws IOException {
            return DatagramChannel.open(family());
        }

        InetSocketAddress endpoint(int index) throws IOException {
            return new InetSocketAddress(InetAddress.getByName(pod(index)), 8080);
        }

        InetSocketAddress service() throws IOException {
            return new InetSocketAddress(InetAddress.getByName(clusterIp()), 80);
        }

        @Override
        public void close() {
            backend.close();
        }
    }
}
