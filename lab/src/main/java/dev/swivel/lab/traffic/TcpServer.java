package dev.swivel.lab.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Listens on all addresses of a namespace, IPv4 and IPv6, and holds a [Dialogue] on each
/// connection.
public final class TcpServer implements Server {
    /// Enough for a burst of parallel probes on a machine with few cores.
    private static final int BACKLOG = 1024;

    private final ServerName name;
    private final Place place;
    private final int port;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private volatile Behaviour behaviour = Behaviour.prompt();
    private @Nullable Listener listener; // guarded by this

    private record Listener(ServerSocketChannel channel, Thread acceptor) {}

    private TcpServer(ServerName name, Place place, int port) {
        this.name = name;
        this.place = place;
        this.port = port;
    }

    /// Starts to listen.
    ///
    /// @throws IOException if the port is taken
    public static TcpServer listen(ServerName name, Place place, int port) throws IOException {
        var server = new TcpServer(name, place, port);
        server.accept();
        return server;
    }

    @Override
    public ServerName name() {
        return name;
    }

    @Override
    public Transport transport() {
        return Transport.TCP;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void behave(Behaviour next) {
        behaviour = next;
    }

    @Override
    public synchronized void accept() throws IOException {
        if (listener != null) {
            return;
        }
        var opened = place.thread().call(this::open);
        var acceptor =
                Thread.ofVirtual()
                        .name(name.pod() + "-tcp-" + port)
                        .start(() -> acceptFrom(opened));
        listener = new Listener(opened, acceptor);
    }

    @Override
    public synchronized void refuse() {
        if (listener != null) {
            Closing.withReader(listener.channel(), listener.acceptor());
            listener = null;
        }
    }

    /// How many connections are open now.
    public int openConnections() {
        return connections.size();
    }

    /// Cuts all open connections with RST; the listener stays.
    public void resetConnections() {
        connections.forEach(Closing::withReset);
    }

    @Override
    public void close() {
        refuse();
        connections.forEach(Closing::quietly);
    }

    private ServerSocketChannel open() throws IOException {
        var channel = ServerSocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        return channel.bind(new InetSocketAddress(port), BACKLOG);
    }

    private void acceptFrom(ServerSocketChannel channel) {
        while (channel.isOpen()) {
            try {
                var connection = channel.accept();
                connections.add(connection);
                Thread.ofVirtual().name(name.pod() + "-connection").start(() -> serve(connection));
            } catch (IOException _) {
                // The listener was closed (the loop ends), or the peer left before it was accepted.
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            new Dialogue(name, connection, () -> behaviour).run();
        } catch (IOException _) {
            // The peer's end of the conversation is the one that is observed.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }
}
