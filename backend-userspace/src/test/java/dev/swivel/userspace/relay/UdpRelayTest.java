package dev.swivel.userspace.relay;

import static dev.swivel.userspace.relay.RelayBed.LOOPBACK;
import static dev.swivel.userspace.relay.RelayBed.endpoint;
import static dev.swivel.userspace.relay.RelayBed.settings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swivel.core.model.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UdpRelayTest {
    private static RelayBed bed(int maxFlows, Duration idle) throws IOException {
        RelaySettings base = settings();
        return new RelayBed(
                Protocol.UDP,
                new RelaySettings(
                        2,
                        0,
                        maxFlows,
                        base.connectTimeout(),
                        base.idleTimeout(),
                        Duration.ofMinutes(1),
                        idle,
                        base.busyPoll(),
                        0));
    }

    private static RelayBed bed() throws IOException {
        return bed(0, Duration.ofMinutes(2));
    }

    private static double flows(RelayBed bed) {
        return bed.meters.get("swivel.userspace.udp.flows").gauge().value();
    }

    private static DatagramSocket client(RelayBed bed) throws IOException {
        DatagramSocket socket = server();
        socket.connect(bed.address);
        return socket;
    }

    private static DatagramSocket server() throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
        socket.setSoTimeout(20_000);
        socket.setReceiveBufferSize(4 << 20);
        return socket;
    }

    private static void send(DatagramSocket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length));
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return packet;
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    /// Answers what it gets with its name, until it is closed.
    private static DatagramSocket answering(String name) throws IOException {
        DatagramSocket socket = server();
        socket.setSoTimeout(0);
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        while (true) {
                            DatagramPacket packet = receive(socket);
                            packet.setData(name.getBytes(UTF_8));
                            socket.send(packet);
                        }
                    } catch (IOException _) {
                        // Closed: the test is over.
                    }
                });
        return socket;
    }

    private static String ask(DatagramSocket client) throws IOException {
        send(client, "who?");
        return text(receive(client));
    }

    @Test
    void answersComeFromTheServiceAndClientsAreToldApart() throws IOException {
        try (DatagramSocket server = server();
                RelayBed bed = bed().serve(endpoint(server.getLocalPort()));
                DatagramSocket one = client(bed);
                DatagramSocket two = client(bed)) {
            send(one, "one");
            DatagramPacket first = receive(server);
            send(two, "two");
            DatagramPacket second = receive(server);
            assertThat(text(first)).isEqualTo("one");
            assertThat(text(second)).isEqualTo("two");
            second.setData("to two".getBytes(UTF_8));
            server.send(second);
            first.setData("to one".getBytes(UTF_8));
            server.send(first);

            // Connected sockets hear nobody but the service.
            assertThat(text(receive(one))).isEqualTo("to one");
            assertThat(text(receive(two))).isEqualTo("to two");
            assertThat(flows(bed)).isEqualTo(2);
            assertThat(bed.service("bytes", "direction", "to_endpoint")).isEqualTo(6);
            // What went is counted when it has gone.
            await().untilAsserted(() ->
                    assertThat(bed.service("bytes", "direction", "to_client")).isEqualTo(12));
        }
    }

    @Test
    void aFlowStaysWithItsEndpoint() throws IOException {
        try (DatagramSocket a = answering("a");
                DatagramSocket b = answering("b");
                RelayBed bed =
                        bed().serve(endpoint(a.getLocalPort()), endpoint(b.getLocalPort()))) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                try (DatagramSocket client = client(bed)) {
                    String first = ask(client);
                    seen.add(first);
                    for (int j = 0; j < 10; j++) {
                        assertThat(ask(client)).isEqualTo(first);
                    }
                }
            }
            assertThat(seen).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void flowsOfAnEndpointThatLeftMoveAtOnce() throws IOException {
        try (DatagramSocket a = answering("a");
                DatagramSocket b = answering("b");
                RelayBed bed = bed().serve(endpoint(a.getLocalPort()));
                DatagramSocket client = client(bed)) {
            assertThat(ask(client)).isEqualTo("a");
            bed.serve(endpoint(b.getLocalPort()));
            assertThat(ask(client)).isEqualTo("b");
            assertThat(flows(bed)).isEqualTo(1);
        }
    }

    @Test
    void flowsOfAnEndpointThatIsNotThereMove() throws IOException {
        int gone;
        try (DatagramSocket closed = server()) {
            gone = closed.getLocalPort();
        }
        try (DatagramSocket b = answering("b");
                RelayBed bed = bed().serve(endpoint(gone), endpoint(b.getLocalPort()));
                DatagramSocket client = client(bed)) {
            client.setSoTimeout(100);
            await().until(() -> {
                try {
                    return ask(client).equals("b");
                } catch (SocketTimeoutException _) {
                    return false;
                }
            });
        }
    }

    @Test
    void largeDatagramsAndBurstsArriveWhole() throws IOException {
        try (DatagramSocket server = server();
                RelayBed bed = bed().serve(endpoint(server.getLocalPort()));
                DatagramSocket client = client(bed)) {
            byte[] large = new byte[65_000];
            new Random(7).nextBytes(large);
            client.send(new DatagramPacket(large, large.length));
            DatagramPacket got = receive(server);
            assertThat(Arrays.copyOf(got.getData(), got.getLength())).isEqualTo(large);

            for (int i = 0; i < 200; i++) {
                send(client, "number " + i);
            }
            for (int i = 0; i < 200; i++) {
                DatagramPacket packet = receive(server);
                assertThat(text(packet)).isEqualTo("number " + i);
                server.send(packet);
            }
            for (int i = 0; i < 200; i++) {
                assertThat(text(receive(client))).isEqualTo("number " + i);
            }
        }
    }

    /// Whatever the client makes of them: they are counted when they went to it.
    @Test
    void aBurstOfAnswersIsPassedOnWhole() throws IOException {
        try (DatagramSocket server = server();
                RelayBed bed = bed().serve(endpoint(server.getLocalPort()));
                DatagramSocket client = client(bed)) {
            send(client, "all of it");
            DatagramPacket answer = receive(server);
            answer.setData(new byte[1400]);
            for (int i = 0; i < 1500; i++) {
                server.send(answer);
            }
            await().untilAsserted(() ->
                    assertThat(bed.service("bytes", "direction", "to_client"))
                            .isEqualTo(1500 * 1400));
        }
    }

    /// As when one daemon takes over from another: both have sockets of the same address.
    @Test
    void whoeverStopsKeepsItsDialoguesAndLeavesNewOnesToItsSuccessor() throws Exception {
        try (DatagramSocket a = answering("a");
                DatagramSocket b = answering("b");
                RelayBed old = bed().serve(endpoint(a.getLocalPort()));
                DatagramSocket kept = client(old)) {
            assertThat(ask(kept)).isEqualTo("a");
            assertThat(ask(kept)).isEqualTo("a");
            try (RelayBed next =
                    new RelayBed(Protocol.UDP, settings(), old.address)
                            .serve(endpoint(b.getLocalPort()))) {
                old.relays.stopAccepting();
                for (int i = 0; i < 100; i++) {
                    try (DatagramSocket client = client(next)) {
                        assertThat(ask(client)).isEqualTo("b");
                    }
                    assertThat(ask(kept)).isEqualTo("a");
                }
                // It ends when its dialogues have; then the successor has them all.
                assertThat(old.relays.drain(Duration.ofMinutes(1))).isZero();
                assertThat(ask(kept)).isEqualTo("b");
            }
            try (DatagramSocket client = client(old)) {
                assertThatThrownBy(() -> ask(client))
                        .as("nobody listens")
                        .isInstanceOf(PortUnreachableException.class);
            }
        }
    }

    /// Two nodes, whose Services have each other's node ports for endpoints.
    @Test
    void whatGoesRoundInCirclesComesToAnEnd() throws IOException {
        try (RelayBed one = bed();
                RelayBed other = bed();
                DatagramSocket client = client(one)) {
            one.serve(endpoint(other.address.getPort()));
            other.serve(endpoint(one.address.getPort()));
            send(client, "round");
            await().until(() ->
                    other.meters.get("swivel.userspace.circles").functionCounter().count() == 1);
            assertThat(flows(one)).isBetween(30.0, 32.0);
        }
    }

    @Test
    void silentFlowsAreForgotten() throws IOException {
        try (DatagramSocket a = answering("a");
                RelayBed bed = bed(0, Duration.ofMillis(300)).serve(endpoint(a.getLocalPort()));
                DatagramSocket client = client(bed)) {
            assertThat(ask(client)).isEqualTo("a");
            await().until(() -> flows(bed) == 0);
            assertThat(ask(client)).isEqualTo("a");
        }
    }

    /// Clients that ask from a port of their own each time, as for names, take a flow each. What
    /// was answered makes room for what was not.
    @Test
    void moreQuestionsThanFlowsAreAnswered() throws IOException {
        int most = 50;
        int waiting = 20;
        try (DatagramSocket server = server();
                RelayBed bed =
                        bed(most, Duration.ofMinutes(2)).serve(endpoint(server.getLocalPort()))) {
            Deque<DatagramSocket> clients = new ArrayDeque<>();
            Deque<DatagramPacket> asked = new ArrayDeque<>();
            for (int i = 0; i < 1000; i++) {
                clients.add(client(bed));
                send(clients.getLast(), "question");
                asked.add(receive(server));
                if (asked.size() > waiting) {
                    server.send(asked.remove());
                    try (DatagramSocket client = clients.remove()) {
                        assertThat(text(receive(client))).isEqualTo("question");
                    }
                }
            }
            assertThat(flows(bed)).isLessThanOrEqualTo(most + 1);
            assertThat(refused(bed)).isZero();
            for (int i = 0; i < 2 * most; i++) {
                clients.add(client(bed));
                send(clients.getLast(), "question");
            }
            await().until(() -> refused(bed) > 0);
            clients.forEach(DatagramSocket::close);
        }
    }

    private static double refused(RelayBed bed) {
        return bed.meters.get("swivel.userspace.udp.flows.refused").functionCounter().count();
    }

    @Test
    void aFloodOfSourcesLeavesFlowsInUseAlone() throws IOException {
        int most = 200;
        try (DatagramSocket a = answering("a");
                DatagramSocket b = answering("b");
                RelayBed bed =
                        bed(most, Duration.ofMinutes(2))
                                .serve(endpoint(a.getLocalPort()), endpoint(b.getLocalPort()));
                DatagramSocket client = client(bed)) {
            String mine = ask(client);
            double highest = 0;
            for (int i = 0; i < 20_000; i++) {
                try (DatagramSocket source = client(bed)) {
                    send(source, "x");
                }
                if (i % 10 == 0) {
                    assertThat(ask(client)).isEqualTo(mine);
                    highest = Math.max(highest, flows(bed));
                }
            }
            assertThat(highest).isBetween(most / 2.0, most + 64.0);
        }
    }
}
