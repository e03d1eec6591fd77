package dev.swivel.userspace.relay;

import static dev.swivel.userspace.relay.RelayBed.endpoint;
import static dev.swivel.userspace.relay.RelayBed.listen;
import static dev.swivel.userspace.relay.RelayBed.refusing;
import static dev.swivel.userspace.relay.RelayBed.settings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.swivel.core.model.Protocol;
import dev.swivel.userspace.route.SourceChoice;
import dev.swivel.userspace.route.SourceMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpRelayTest {
    private static RelayBed bed(RelaySettings settings) throws IOException {
        return new RelayBed(Protocol.TCP, settings);
    }

    private static RelayBed bed() throws IOException {
        return bed(settings());
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), UTF_8);
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    /// A client's connection and its other half at the endpoint.
    private record Pair(Socket client, Socket endpoint) implements AutoCloseable {
        static Pair through(RelayBed bed, ServerSocket server) throws IOException {
            Socket client = bed.connect();
            Socket endpoint = server.accept();
            endpoint.setSoTimeout(20_000);
            return new Pair(client, endpoint);
        }

        @Override
        public void close() throws IOException {
            client.close();
            endpoint.close();
        }
    }

    @Test
    void bytesGoBothWaysAndAreCounted() throws IOException {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(endpoint(server));
                Pair pair = Pair.through(bed, server)) {
            write(pair.client, "hello");
            assertThat(read(pair.endpoint, 5)).isEqualTo("hello");
            write(pair.endpoint, "good day");
            assertThat(read(pair.client, 8)).isEqualTo("good day");

            await().untilAsserted(() -> {
                assertThat(bed.service("bytes", "direction", "to_endpoint")).isEqualTo(5);
                assertThat(bed.service("bytes", "direction", "to_client")).isEqualTo(8);
            });
            assertThat(bed.service("connections.opened")).isEqualTo(1);
            assertThat(bed.open()).isEqualTo(1);
        }
    }

    @Test
    void theEndOfSendingIsPassedOnAndTheOtherWayStaysOpen() throws IOException {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(endpoint(server));
                Pair first = Pair.through(bed, server);
                Pair second = Pair.through(bed, server)) {
            write(first.client, "question");
            first.client.shutdownOutput();
            assertThat(readAll(first.endpoint)).isEqualTo("question");
            write(first.endpoint, "answer");
            first.endpoint.close();
            assertThat(readAll(first.client)).isEqualTo("answer");

            write(second.endpoint, "greeting");
            second.endpoint.shutdownOutput();
            assertThat(readAll(second.client)).isEqualTo("greeting");
            write(second.client, "and more");
            second.client.close();
            assertThat(readAll(second.endpoint)).isEqualTo("and more");

            await().until(() -> bed.open() == 0);
        }
    }

    @Test
    void aClientThatHasFinishedBeforeTheEndpointAnswersIsServed() throws IOException {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(refusing(), endpoint(server));
                Socket client = bed.connect()) {
            write(client, "all I have");
            client.shutdownOutput();
            try (Socket endpoint = server.accept()) {
                assertThat(readAll(endpoint)).isEqualTo("all I have");
                write(endpoint, "fine");
            }
            assertThat(readAll(client)).isEqualTo("fine");
        }
    }

    /// A read stops before an urgent byte, which is not the end.
    @Test
    void whatFollowsAnUrgentByteIsPassedOn() throws IOException {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(endpoint(server));
                Pair pair = Pair.through(bed, server)) {
            write(pair.client, "before");
            pair.client.sendUrgentData('!');
            write(pair.client, "after");
            pair.client.shutdownOutput();
            assertThat(readAll(pair.endpoint)).isEqualTo("beforeafter");
        }
    }

    /// Among them those of whom many have met on one event loop.
    @Test
    void connectionsThatLastMoveToAnotherLoopAndLoseNothing() throws IOException {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(endpoint(server))) {
            List<Pair> pairs = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                pairs.add(Pair.through(bed, server));
            }
            for (int turn = 0; turn < 5; turn++) {
                for (Pair pair : pairs) {
                    write(pair.client, "question " + turn);
                }
                for (Pair pair : pairs) {
                    assertThat(read(pair.endpoint, 10)).isEqualTo("question " + turn);
                    write(pair.endpoint, "answer " + turn);
                    assertThat(read(pair.client, 8)).isEqualTo("answer " + turn);
                }
            }
            for (Pair pair : pairs) {
                pair.client.shutdownOutput();
                write(pair.endpoint, "last");
                assertThat(readAll(pair.endpoint)).isEmpty();
                pair.endpoint.close();
                assertThat(readAll(pair.client)).isEqualTo("last");
                pair.close();
            }
            await().until(() -> bed.open() == 0);
        }
    }

    @Test
    void resetsArePassedOnAsResets() throws IOException {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(endpoint(server));
                Pair first = Pair.through(bed, server);
                Pair second = Pair.through(bed, server)) {
            write(first.client, "x");
            assertThat(read(first.endpoint, 1)).isEqualTo("x");
            first.endpoint.setSoLinger(true, 0);
            first.endpoint.close();
            assertReset(first.client);
            assertThat(bed.service("errors")).isEqualTo(1);

            write(second.client, "x");
            assertThat(read(second.endpoint, 1)).isEqualTo("x");
            second.client.setSoLinger(true, 0);
            second.client.close();
            assertReset(second.endpoint);

            await().until(() -> bed.open() == 0);
        }
    }

    @Test
    void anEndpointThatRefusesIsPassedOverUnseen() throws IOException {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(refusing(), endpoint(server), refusing())) {
            for (int i = 0; i < 10; i++) {
                try (Pair pair = Pair.through(bed, server)) {
                    write(pair.client, "x");
                    assertThat(read(pair.endpoint, 1)).isEqualTo("x");
                }
            }
            assertThat(bed.service("retries")).isBetween(1.0, 4.0);
            assertThat(bed.service("refused")).isZero();
            assertThat(bed.service("connections.opened")).as("each counts once").isEqualTo(10);
        }
    }

    @Test
    void anEndpointThatResetsBeforeAnyByteIsPassedOver() throws IOException {
        try (ServerSocket resetting = listen();
                ServerSocket server = listen();
                RelayBed bed =
                        bed().serve(
                                        Map.of(
                                                "weights",
                                                "127.0.0.1:" + server.getLocalPort() + "=0"),
                                        endpoint(resetting),
                                        endpoint(server));
                Socket client = bed.connect()) {
            try (Socket victim = resetting.accept()) {
                victim.setSoLinger(true, 0);
            }
            try (Socket endpoint = server.accept()) {
                write(client, "x");
                assertThat(read(endpoint, 1)).isEqualTo("x");
            }
        }
    }

    @Test
    void anEndpointThatIsSilentIsPassedOverInTime() throws IOException {
        try (SilentServer silent = new SilentServer();
                ServerSocket server = listen();
                RelayBed bed =
                        bed().serve(
                                        Map.of(
                                                "weights",
                                                "127.0.0.1:" + server.getLocalPort() + "=0"),
                                        endpoint(silent.port()),
                                        endpoint(server));
                Pair pair = Pair.through(bed, server)) {
            write(pair.client, "x");
            assertThat(read(pair.endpoint, 1)).isEqualTo("x");
            assertThat(bed.service("retries")).isEqualTo(1);
        }
    }

    /// As when all ports towards it are taken. It is not the endpoint's fault.
    @Test
    void anEndpointThatThisNodeHasNoPortForIsPassedOverAndNotSetAside() throws IOException {
        try (ServerSocket crowded = listen();
                ServerSocket server = listen();
                RelayBed bed = bed()) {
            bed.source =
                    (client, endpoint) ->
                            endpoint.port() == crowded.getLocalPort()
                                    ? SourceMode.KEEP
                                    : SourceMode.MASQUERADE;
            bed.serve(endpoint(crowded), endpoint(server));
            for (int i = 0; i < 10; i++) {
                try (Pair pair = Pair.through(bed, server)) {
                    write(pair.client, "x");
                    assertThat(read(pair.endpoint, 1)).isEqualTo("x");
                }
            }
            assertThat(bed.service("errors")).isZero();
            assertThat(bed.service("refused")).isZero();
            double passedOver = bed.service("retries");
            assertThat(passedOver).isBetween(4.0, 10.0);
            assertThat(exhausted(bed)).isEqualTo(passedOver);

            bed.serve(endpoint(crowded));
            try (Socket client = bed.connect()) {
                assertReset(client);
            }
            assertThat(bed.service("refused")).isEqualTo(1);
            bed.source = SourceChoice.MASQUERADE;
            Pair.through(bed, crowded).close();
        }
    }

    private static double exhausted(RelayBed bed) {
        return bed.meters.get("swivel.userspace.ports.exhausted").functionCounter().count();
    }

    /// Listens, and its queue is full: the kernel ignores those who want to connect.
    private static final class SilentServer implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, RelayBed.LOOPBACK);
        private final List<SocketChannel> waiting = new ArrayList<>();

        SilentServer() throws IOException {
            boolean taken = true;
            while (taken) {
                SocketChannel next = SocketChannel.open();
                waiting.add(next);
                next.configureBlocking(false);
                next.connect(new InetSocketAddress(RelayBed.LOOPBACK, server.getLocalPort()));
                // On the loopback the answer is there when connect returns, or never comes.
                taken = next.finishConnect();
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
            server.close();
        }
    }

    @Test
    void whenNobodyTakesItTheConnectionIsReset() throws IOException {
        try (RelayBed bed = bed().serve(refusing(), refusing())) {
            try (Socket client = bed.connect()) {
                assertReset(client);
            }
            bed.serve();
            try (Socket client = bed.connect()) {
                assertReset(client);
            }
            assertThat(bed.service("refused")).isEqualTo(2);
            await().until(() -> bed.open() == 0);
        }
    }

    /// Two nodes, whose Services have each other's node ports for endpoints.
    @Test
    void whatGoesRoundInCirclesComesToAnEnd() throws IOException {
        try (RelayBed one = bed();
                RelayBed other = bed()) {
            one.serve(endpoint(other.address.getPort()));
            other.serve(endpoint(one.address.getPort()));
            try (Socket client = one.connect()) {
                assertReset(client);
            }
            assertThat(one.service("connections.opened")).isBetween(30.0, 32.0);
            assertThat(other.meters.get("swivel.userspace.circles").functionCounter().count())
                    .isEqualTo(1);
            await().until(() -> one.open() + other.open() == 0);
        }
    }

    @Test
    void whatHasNoRouteIsReset() throws IOException {
        try (RelayBed bed = new RelayBed(Protocol.UDP, settings());
                Socket client = bed.connect()) {
            assertReset(client);
        }
    }

    @Test
    void aStreamArrivesAsItWasSent() throws Exception {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(endpoint(server));
                Pair pair = Pair.through(bed, server)) {
            Thread upload = sending(pair.client, 1, 64 << 20);
            Thread download = sending(pair.endpoint, 2, 64 << 20);
            Thread reader = new Thread(() -> assertReceives(pair.client, 2, 64 << 20));
            reader.start();
            assertReceives(pair.endpoint, 1, 64 << 20);
            reader.join();
            upload.join();
            download.join();
            await().until(() -> bed.open() == 0);
            assertThat(bed.service("bytes", "direction", "to_endpoint")).isEqualTo(64 << 20);
        }
    }

    private static Thread sending(Socket socket, long seed, int size) {
        Thread thread =
                new Thread(() -> {
                    Random random = new Random(seed);
                    try {
                        OutputStream out = socket.getOutputStream();
                        byte[] block = new byte[1 << 16];
                        for (int sent = 0; sent < size; ) {
                            random.nextBytes(block);
                            // Sizes of messages and of streams.
                            int part = 1 + random.nextInt(block.length);
                            out.write(block, 0, Math.min(part, size - sent));
                            sent += Math.min(part, size - sent);
                        }
                        socket.shutdownOutput();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        thread.start();
        return thread;
    }

    private static void assertReceives(Socket socket, long seed, int size) {
        Random random = new Random(seed);
        CRC32 expected = new CRC32();
        byte[] block = new byte[1 << 16];
        for (int sent = 0; sent < size; ) {
            random.nextBytes(block);
            int part = Math.min(1 + random.nextInt(block.length), size - sent);
            expected.update(block, 0, part);
            sent += part;
        }
        CRC32 got = new CRC32();
        long total = 0;
        try {
            InputStream in = socket.getInputStream();
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                got.update(block, 0, n);
                total += n;
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(total).isEqualTo(size);
        assertThat(got.getValue()).isEqualTo(expected.getValue());
    }

    /// Whatever is on the way is in some buffer: of the kernel, a pipe or this process. It does not
    /// grow with what passes through.
    @Test
    void aSlowReaderHoldsTheWriterBack() throws Exception {
        int onTheWay = 48 << 20;
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(endpoint(server));
                Pair pair = Pair.through(bed, server)) {
            AtomicLong written = new AtomicLong();
            Thread writer = writingWithoutEnd(pair.client, written);
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(Duration.ofMillis(300))
                    .until(() -> before.getAndSet(written.get()) == written.get());
            assertThat(written.get()).as("with nobody reading").isBetween(1L << 16, 1L * onTheWay);

            InputStream in = pair.endpoint.getInputStream();
            byte[] little = new byte[4096];
            for (long read = 0; read < 4L * onTheWay; ) {
                int count = in.read(little);
                assertThat(count).isPositive();
                read += count;
                assertThat(written.get() - read).isLessThan(onTheWay);
            }
            pair.endpoint.close(); // with much unread: a reset
            writer.join();
            await().until(() -> bed.open() == 0);
        }
    }

    private static Thread writingWithoutEnd(Socket socket, AtomicLong written) {
        return Thread.ofPlatform()
                .start(() -> {
                    byte[] block = new byte[1 << 16];
                    try {
                        while (true) {
                            socket.getOutputStream().write(block);
                            written.addAndGet(block.length);
                        }
                    } catch (IOException _) {
                        // The reader has gone.
                    }
                });
    }

    @Test
    void beyondTheLimitConnectionsAreRefusedAndThenTakenAgain() throws IOException {
        RelaySettings few = limited(2, 10, Duration.ofDays(5), Duration.ofMinutes(1));
        try (ServerSocket server = listen();
                RelayBed bed = bed(few).serve(endpoint(server))) {
            List<Pair> pairs = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                pairs.add(Pair.through(bed, server));
            }
            for (int i = 0; i < 5; i++) {
                try (Socket client = bed.connect()) {
                    assertReset(client);
                }
            }
            assertThat(
                            bed.meters
                                    .get("swivel.userspace.tcp.connections.refused")
                                    .functionCounter()
                                    .count())
                    .isEqualTo(5);
            pairs.removeFirst().close();
            await().until(() -> bed.open() == 9);
            pairs.add(Pair.through(bed, server));
            for (Pair pair : pairs) {
                write(pair.client, "x");
                assertThat(read(pair.endpoint, 1)).isEqualTo("x");
                pair.close();
            }
        }
    }

    private static RelaySettings limited(
            int eventLoops, int maxConnections, Duration idle, Duration crowded) {
        return new RelaySettings(
                eventLoops,
                maxConnections,
                0,
                Duration.ofSeconds(1),
                idle,
                crowded,
                Duration.ofMinutes(2),
                Duration.ZERO,
                0);
    }

    /// Clients that gave up on an endpoint that accepts and says nothing.
    @Test
    void whereRoomIsScarceHalfClosedConnectionsMakeRoom() throws IOException {
        RelaySettings few = limited(1, 8, Duration.ofDays(5), Duration.ofSeconds(1));
        try (ServerSocket server = listen();
                RelayBed bed = bed(few).serve(endpoint(server))) {
            List<Pair> pairs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                pairs.add(Pair.through(bed, server));
            }
            for (Pair pair : pairs.subList(0, 5)) {
                pair.client.shutdownOutput();
            }
            await().until(() -> bed.open() == 6);
            Pair young = Pair.through(bed, server);
            pairs.add(young);
            write(young.client, "x");
            assertThat(read(young.endpoint, 1)).isEqualTo("x");
            Pair whole = pairs.get(7);
            write(whole.client, "still here");
            assertThat(read(whole.endpoint, 10)).isEqualTo("still here");
            for (Pair pair : pairs) {
                pair.close();
            }
        }
    }

    @Test
    void connectionsToAnEndpointThatLeftDrainAndTheOthersLiveOn() throws IOException {
        try (ServerSocket leaving = listen();
                ServerSocket staying = listen();
                RelayBed bed = bed().serve(endpoint(leaving));
                Pair old = Pair.through(bed, leaving)) {
            bed.serve(endpoint(staying), endpoint(leaving));
            bed.serve(endpoint(staying));
            try (Pair young = Pair.through(bed, staying)) {
                write(old.client, "still here");
                assertThat(read(old.endpoint, 10)).isEqualTo("still here");

                bed.serve(Map.of("drain-seconds", "0"), endpoint(staying));
                assertReset(old.client);
                assertReset(old.endpoint);
                write(young.client, "x");
                assertThat(read(young.endpoint, 1)).isEqualTo("x");
            }
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        RelaySettings impatient = limited(1, 0, Duration.ofSeconds(1), Duration.ofMinutes(1));
        try (ServerSocket server = listen();
                RelayBed bed = bed(impatient).serve(endpoint(server));
                Pair pair = Pair.through(bed, server)) {
            assertReset(pair.client);
            assertReset(pair.endpoint);
        }
    }

    @Test
    void drainingWaitsForConnectionsAndCutsWhatIsLeft() throws Exception {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(endpoint(server));
                Pair pair = Pair.through(bed, server)) {
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            await().until(() -> !accepts(bed));
                            write(pair.client, "late");
                            read(pair.endpoint, 4);
                            pair.client.shutdownOutput();
                            pair.endpoint.shutdownOutput();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    });
            assertThat(bed.relays.drain(Duration.ofSeconds(60))).isZero();
        }
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(endpoint(server));
                Pair pair = Pair.through(bed, server)) {
            assertThat(bed.relays.drain(Duration.ZERO)).isEqualTo(1);
            assertReset(pair.client);
            assertReset(pair.endpoint);
        }
    }

    private static boolean accepts(RelayBed bed) {
        try (Socket socket = bed.connect()) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void theProxyProtocolHeaderComesFirst() throws IOException {
        try (ServerSocket server = listen();
                RelayBed bed = bed().serve(Map.of("proxy-protocol", "v2"), endpoint(server));
                Pair pair = Pair.through(bed, server)) {
            write(pair.client, "hello");
            byte[] header = pair.endpoint.getInputStream().readNBytes(28);
            ByteBuffer expected =
                    ByteBuffer.allocate(28)
                            .put(new byte[] {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10})
                            .put(new byte[] {0x21, 0x11, 0, 12})
                            .put(new byte[] {127, 0, 0, 1, 127, 0, 0, 1})
                            .putShort((short) pair.client.getLocalPort())
                            .putShort((short) 80);
            assertThat(header).isEqualTo(expected.array());
            assertThat(read(pair.endpoint, 5)).isEqualTo("hello");
        }
    }
}
