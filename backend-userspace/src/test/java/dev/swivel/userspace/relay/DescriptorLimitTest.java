package dev.swivel.userspace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.core.model.Protocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A relay whose process may have few files open: it refuses clearly what it cannot carry, and goes
/// on with what it can.
@Timeout(120)
class DescriptorLimitTest {
    private static final int FILES = 1024;
    private static final int CLIENTS = 3000;

    /// A relay as a process of its own: the endpoint's port as argument, its own port on stdout,
    /// until stdin ends.
    static final class RelayProcess {
        private RelayProcess() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] args) throws IOException {
            try (RelayBed bed = new RelayBed(Protocol.TCP, RelayBed.settings())) {
                bed.serve(RelayBed.endpoint(Integer.parseInt(args[0])));
                System.out.println("port " + bed.address.getPort());
                while (System.in.read() >= 0) {
                    // Until the test is over.
                }
            }
        }
    }

    @Test
    void moreConnectionsThanDescriptorsAreRefusedAndTheOthersServed() throws Exception {
        try (ServerSocketChannel server =
                ServerSocketChannel.open()
                        .bind(new InetSocketAddress(RelayBed.LOOPBACK, 0), 4096)) {
            List<SocketChannel> accepted = new ArrayList<>();
            Thread.ofPlatform().daemon().start(() -> acceptAll(server, accepted));
            Process relay = start(server.socket());
            try (BufferedReader lines = relay.inputReader()) {
                InetSocketAddress address = address(lines);
                List<SocketChannel> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(SocketChannel.open(address));
                }
                List<SocketChannel> served =
                        clients.stream().filter(client -> answers(client).isPresent()).toList();

                assertThat(served).hasSizeBetween(FILES / 4, FILES / 2);
                assertThat(relay.isAlive()).isTrue();
                for (SocketChannel client : served) {
                    assertThat(answers(client)).as("again").contains((byte) 7);
                }
                for (SocketChannel client : clients) {
                    client.close();
                }
                await().until(() -> {
                    try (SocketChannel late = SocketChannel.open(address)) {
                        return answers(late).isPresent();
                    }
                });
            } finally {
                relay.destroyForcibly();
            }
        }
    }

    private static Process start(ServerSocket endpoint) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + FILES + " && exec \"$@\"",
                        "sh",
                        java,
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RelayProcess.class.getName(),
                        Integer.toString(endpoint.getLocalPort()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static InetSocketAddress address(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("port ")) {
                return new InetSocketAddress(
                        RelayBed.LOOPBACK, Integer.parseInt(line.substring(5)));
            }
        }
        throw new IOException("the relay did not start");
    }

    /// What the endpoint echoes, or nothing when the connection was reset.
    private static Optional<Byte> answers(SocketChannel client) {
        try {
            ByteBuffer one = ByteBuffer.wrap(new byte[] {7});
            client.write(one);
            return client.read(one.clear()) == 1 ? Optional.of(one.get(0)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static void acceptAll(ServerSocketChannel server, List<SocketChannel> accepted) {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                accepted.add(channel);
                Thread.ofVirtual().start(() -> echo(channel));
            }
        } catch (IOException _) {
            // Closed: the test is over.
        }
    }

    private static void echo(SocketChannel channel) {
        try (channel) {
            ByteBuffer one = ByteBuffer.allocate(1);
            while (channel.read(one.clear()) > 0) {
                channel.write(one.flip());
            }
        } catch (IOException _) {
            // Reset by the relay or the client.
        }
    }
}
