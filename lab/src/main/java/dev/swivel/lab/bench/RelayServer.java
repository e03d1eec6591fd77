package dev.swivel.lab.bench;

import dev.swivel.linux.netns.NamespaceThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// The endpoint behind the proxies: one port for each kind of load.
final class RelayServer implements AutoCloseable {
    /// Takes all bytes.
    static final int BULK = 9001;

    /// Answers each message with itself.
    static final int ECHO = 9002;

    /// One byte, one byte back, end.
    static final int SHORT = 9003;

    /// Holds what comes.
    static final int IDLE = 9004;

    /// UDP: each datagram goes back.
    static final int DATAGRAMS = 9005;

    static final int MESSAGE = 128;
    private static final int BACKLOG = 4096;

    private final LongAdder received = new LongAdder();
    private final List<SocketChannel> held = Collections.synchronizedList(new ArrayList<>());
    private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());

    RelayServer(NamespaceThread place) throws IOException {
        serve(place, BULK, RelayServer::thread, this::sink);
        serve(place, ECHO, RelayServer::thread, RelayServer::echo);
        serve(place, SHORT, Runnable::run, RelayServer::shortly);
        serve(place, IDLE, Runnable::run, held::add);
        datagrams(place);
    }

    /// Bytes that came to the port for bulk.
    long received() {
        return received.sum();
    }

    /// Connections that are held.
    int held() {
        return held.size();
    }

    /// Ends those that are held.
    void letGo() throws IOException {
        synchronized (held) {
            for (SocketChannel channel : held) {
                channel.close();
            }
            held.clear();
        }
    }

    @Override
    public void close() throws IOException {
        letGo();
        for (AutoCloseable each : List.copyOf(open)) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    private interface Handler {
        void handle(SocketChannel channel) throws IOException;
    }

    private interface Runner {
        void run(Runnable task);
    }

    private static void thread(Runnable task) {
        Thread _ = Thread.ofPlatform().daemon().start(task);
    }

    private void serve(NamespaceThread place, int port, Runner runner, Handler handler)
            throws IOException {
        ServerSocketChannel server =
                place.call(() ->
                        ServerSocketChannel.open()
                                .bind(new InetSocketAddress(RelayNetwork.ENDPOINT, port), BACKLOG));
        open.add(server);
        thread(() -> {
            try {
                while (true) {
                    SocketChannel channel = server.accept();
                    channel.socket().setTcpNoDelay(true);
                    runner.run(() -> quietly(handler, channel));
                }
            } catch (IOException _) {
                // Closed: the run is over.
            }
        });
    }

    private static void quietly(Handler handler, SocketChannel channel) {
        try {
            handler.handle(channel);
        } catch (IOException _) {
            // The client is gone; the load says so if it matters.
        }
    }

    private void sink(SocketChannel channel) throws IOException {
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            for (int n = channel.read(buffer); n >= 0; n = channel.read(buffer.clear())) {
                received.add(n);
            }
        }
    }

    private static void echo(SocketChannel channel) throws IOException {
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE);
            while (channel.read(buffer) >= 0) {
                if (!buffer.hasRemaining()) {
                    channel.write(buffer.flip());
                    buffer.clear();
                }
            }
        }
    }

    private static void shortly(SocketChannel channel) throws IOException {
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocate(1);
            if (channel.read(buffer) == 1) {
                channel.write(buffer.flip());
            }
        }
    }

    private void datagrams(NamespaceThread place) throws IOException {
        DatagramChannel channel =
                place.call(() ->
                        DatagramChannel.open()
                                .bind(new InetSocketAddress(RelayNetwork.ENDPOINT, DATAGRAMS)));
        Selector selector = Selector.open();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        open.add(channel);
        open.add(selector);
        thread(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
            try {
                while (channel.isOpen()) {
                    selector.select();
                    selector.selectedKeys().clear();
                    for (var from = channel.receive(buffer.clear());
                            from != null;
                            from = channel.receive(buffer.clear())) {
                        channel.send(buffer.flip(), from);
                    }
                }
            } catch (IOException | java.nio.channels.ClosedSelectorException _) {
                // Closed: the run is over.
            }
        });
    }
}
