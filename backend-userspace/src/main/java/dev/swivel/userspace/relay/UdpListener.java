package dev.swivel.userspace.relay;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.datagram.DatagramBatch;
import dev.swivel.userspace.relay.Relays.Listen;
import dev.swivel.userspace.route.Way;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the datagrams of clients on one event loop; answers go out through it, too, so that the
/// kernel's address translation gives them the service's address.
final class UdpListener {
    /// A port of the relay's own address that nobody sends from.
    private static final int NOBODY = 1;

    private static final Logger log = LoggerFactory.getLogger(UdpListener.class);

    private final UdpRelay relay;
    private final UdpSide side;
    private final IpAddress address;
    private final int port;
    private final Way way;
    private final InetSocketAddress at;

    /// @param at as in `listen`, with the port that was chosen
    UdpListener(UdpRelay relay, Listen listen, InetSocketAddress at) throws IOException {
        this.relay = relay;
        this.way = listen.way();
        this.at = at;
        this.address = IpAddress.of(at.getAddress());
        this.port = at.getPort();
        this.side = new UdpSide(socket(at), relay.loop(), this::receive);
    }

    private static Socket socket(InetSocketAddress at) throws IOException {
        IpFamily family = Sockets.family(at);
        Socket socket = LinuxSocket.newSocketDgram(family == IpFamily.IPV6);
        try {
            Sockets.receiveMuch(socket);
            Sockets.sendToMany(socket);
            if (family == IpFamily.IPV6) {
                Sockets.onlyIpv6(socket);
            }
            Sockets.bindAnywhere(socket, family);
            Sockets.receiveHops(socket, family);
            socket.setReuseAddress(true);
            socket.setReusePort(true);
            socket.bind(at);
            return socket;
        } catch (IOException e) {
            Sockets.close(socket);
            throw new IOException("cannot listen on UDP " + at + ": " + e.getMessage(), e);
        }
    }

    IpAddress address() {
        return address;
    }

    int port() {
        return port;
    }

    Way way() {
        return way;
    }

    int number() {
        return side.number();
    }

    Loop loop() {
        return relay.loop();
    }

    /// From now on datagrams are read. On the loop's thread.
    void start() {
        relay.add(this);
        side.listen();
    }

    /// Leaves new clients to whoever else listens there, and takes what has arrived already.
    /// Answers can still be sent.
    void stopAccepting() {
        try {
            // A connected socket gets datagrams of its peer alone; closing it would lose some.
            boolean _ = side.socket().connect(new InetSocketAddress(at.getAddress(), NOBODY));
        } catch (IOException e) {
            log.debug("{} goes on to take datagrams", at, e);
        }
        receive(side);
    }

    /// A socket that from now on gets what this one client sends: such a socket goes before
    /// listeners, those of another process among them.
    UdpSide only(IpAddress peer, int port) throws IOException {
        Socket socket = socket(at);
        UdpSide one = new UdpSide(socket, relay.loop(), this::receive);
        try {
            boolean _ = socket.connect(Sockets.address(peer, port));
            one.listen();
            receive(one); // before it was connected it was a listener, too
            return one;
        } catch (IOException e) {
            one.close();
            throw e;
        }
    }

    void close() {
        side.close();
    }

    private void receive(UdpSide side) {
        DatagramBatch batch = relay.batch();
        for (int turn = 0; turn < UdpRelay.TURN && side.open(); turn++) {
            int count = batch.receive(side.number());
            int from = 0;
            while (from < count) {
                int end = from + 1;
                while (end < count && batch.sameSource(end, from)) {
                    end++;
                }
                UdpFlow.Key key =
                        new UdpFlow.Key(
                                this,
                                IpAddress.ofBytes(batch.source(from)),
                                batch.sourcePort(from));
                relay.pass(key, batch, from, end - from);
                from = end;
            }
            if (count < batch.size()) {
                return;
            }
        }
        relay.loop().events().execute(() -> receive(side));
    }
}
