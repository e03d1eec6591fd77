package dev.swivel.lab.traffic;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Answers datagrams on each given address with one datagram.
///
/// One socket per address rather than one for all: an answer from a wildcard socket leaves with the
/// address that routing prefers, which on a node with several is not always the one that was asked.
public final class UdpServer implements Server {
    private static final int MAX_DATAGRAM = 2048;

    private final ServerName name;
    private final Place place;
    private final List<InetAddress> addresses;
    private final int port;
    private final Map<DatagramChannel, Thread> sockets = new LinkedHashMap<>(); // guarded by this
    private volatile Behaviour behaviour = Behaviour.prompt();

    private UdpServer(ServerName name, Place place, List<InetAddress> addresses, int port) {
        this.name = name;
        this.place = place;
        this.addresses = List.copyOf(addresses);
        this.port = port;
    }

    /// Starts to listen.
    ///
    /// @throws IOException if the port is taken on one of the addresses
    public static UdpServer listen(
            ServerName name, Place place, List<InetAddress> addresses, int port)
            throws IOException {
        var server = new UdpServer(name, place, addresses, port);
        server.accept();
        return server;
    }

    @Override
    public ServerName name() {
        return name;
    }

    @Override
    public Transport transport() {
        return Transport.UDP;
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
        if (!sockets.isEmpty()) {
            return;
        }
        for (var socket : place.thread().call(this::open)) {
            var reader =
                    Thread.ofVirtual().name(name.pod() + "-udp-" + port).start(() -> serve(socket));
            sockets.put(socket, reader);
        }
    }

    @Override
    public synchronized void refuse() {
        sockets.forEach(Closing::withReader);
        sockets.clear();
    }

    @Override
    public void close() {
        refuse();
    }

    private List<DatagramChannel> open() throws IOException {
        var opened = new ArrayList<DatagramChannel>();
        try {
            for (var address : addresses) {
                var family =
                        address instanceof Inet6Address
                                ? StandardProtocolFamily.INET6
                                : StandardProtocolFamily.INET;
                var channel = DatagramChannel.open(family);
                opened.add(channel);
                channel.bind(new InetSocketAddress(address, port));
            }
            return opened;
        } catch (IOException e) {
            opened.forEach(Closing::quietly);
            throw e;
        }
    }

    private void serve(DatagramChannel socket) {
        var buffer = ByteBuffer.allocate(MAX_DATAGRAM);
        while (socket.isOpen()) {
            try {
                buffer.clear();
                var peer = (InetSocketAddress) socket.receive(buffer);
                if (peer == null) {
                    continue;
                }
                var request = StandardCharsets.UTF_8.decode(buffer.flip()).toString().strip();
                respond(socket, peer, request);
            } catch (IOException _) {
                // The socket was closed (the loop ends), or an earlier answer could not be
                // delivered.
            }
        }
    }

    private void respond(DatagramChannel socket, InetSocketAddress peer, String request)
            throws IOException {
        switch (behaviour) {
            case Behaviour.Answer(var delay) when delay.isZero() -> send(socket, peer, request);
            case Behaviour.Answer(var delay) ->
                    // One slow answer must not hold up the datagrams behind it.
                    Thread.startVirtualThread(() -> {
                        try {
                            Thread.sleep(delay);
                            send(socket, peer, request);
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        } catch (IOException _) {
                            // Closed meanwhile.
                        }
                    });
            case Behaviour.Silence() -> {}
            case Behaviour.Reset() -> {}
        }
    }

    private void send(DatagramChannel socket, InetSocketAddress peer, String request)
            throws IOException {
        var greeting = new Greeting(name, peer, (InetSocketAddress) socket.getLocalAddress());
        var answer =
                request.startsWith(Dialogue.ECHO)
                        ? request.substring(Dialogue.ECHO.length())
                        : greeting.line();
        socket.send(StandardCharsets.UTF_8.encode(answer + "\n"), peer);
    }
}
