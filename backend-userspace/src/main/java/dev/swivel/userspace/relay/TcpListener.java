package dev.swivel.userspace.relay;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.linux.epoll.Epoll;
import dev.swivel.userspace.route.Arrival;
import dev.swivel.userspace.route.Origin;
import dev.swivel.userspace.route.Route;
import dev.swivel.userspace.route.Routing;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Accepts connections on one event loop. Each loop has a socket of its own on the same address
/// (SO_REUSEPORT): the kernel shares connections out, and what is accepted stays on its loop.
final class TcpListener implements Watched {
    private static final int BACKLOG = 4096;

    /// Connections after which others of the loop have their turn.
    private static final int TURN = 64;

    /// How long to leave connections in the kernel's queue when there is no descriptor for them.
    private static final long PAUSE = Duration.ofMillis(50).toNanos();

    private static final VarHandle NUMBER =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final Loop loop;
    private final Socket socket;
    private final Relays.Listen listen;
    private final Routing routing;
    private final ConnectionLimit limit;

    /// Length, address, scope for IPv6, and port of who was accepted, as Netty's native code leaves
    /// it.
    private final byte[] peer = new byte[26];

    private boolean watched;
    private boolean closed;

    /// @param address as in `listen`, with the port that was chosen
    TcpListener(
            Loop loop,
            Relays.Listen listen,
            InetSocketAddress address,
            Routing routing,
            ConnectionLimit limit)
            throws IOException {
        this.loop = loop;
        this.listen = listen;
        this.routing = routing;
        this.limit = limit;
        IpFamily family = Sockets.family(address);
        socket = LinuxSocket.newSocketStream(family == IpFamily.IPV6);
        try {
            if (family == IpFamily.IPV6) {
                Sockets.onlyIpv6(socket);
            }
            Sockets.bindAnywhere(socket, family);
            socket.setReuseAddress(true);
            socket.setReusePort(true);
            // Both are passed on to what is accepted.
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            Sockets.rememberHops(socket);
            socket.bind(address);
            socket.listen(BACKLOG);
        } catch (IOException e) {
            Sockets.close(socket);
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    InetSocketAddress address() {
        return socket.localAddress();
    }

    Loop loop() {
        return loop;
    }

    /// On the loop's thread.
    void start() {
        watched = true;
        loop.readiness().watch(this, Epoll.IN | Epoll.EDGE);
    }

    @Override
    public void ready(int events) {
        acceptTurn();
    }

    @Override
    public int number() {
        return socket.intValue();
    }

    /// Takes what has been established already, then lets go of the address. On the loop's thread.
    void close() {
        if (closed) {
            return;
        }
        while (acceptTurn()) {
            // Until the kernel's queue is empty.
        }
        closed = true;
        if (watched) {
            loop.readiness().forget(number());
        }
        Sockets.close(socket);
    }

    /// @return whether there may be more
    private boolean acceptTurn() {
        if (closed) {
            return false;
        }
        try {
            for (int i = 0; i < TURN; i++) {
                int fd = socket.accept(peer);
                if (fd < 0) {
                    return false;
                }
                accepted(new Socket(fd));
            }
            loop.events().execute(this::acceptTurn);
            return true;
        } catch (IOException e) {
            limit.refuse("Cannot accept connections (" + e.getMessage() + ")");
            loop.after(PAUSE, this::acceptTurn);
            return false;
        }
    }

    private void accepted(Socket client) {
        Arrival arrival = arrival(client);
        Route route = arrival == null ? null : routing.route(arrival);
        if (arrival == null
                || route == null
                || Outlet.hasComeTooFar(arrival, loop)
                || !limit.open()) {
            Sockets.reset(client);
            return;
        }
        new TcpConnection(loop, limit, client, arrival, route).open();
    }

    private IpAddress peerAddress() {
        return peer[0] == 8
                ? IpAddress.ofIpv4((int) NUMBER.get(peer, 1))
                : IpAddress.ofBytes(Arrays.copyOfRange(peer, 1, 1 + 16));
    }

    /// @return null when it was not captured, or is gone already
    private @Nullable Arrival arrival(Socket client) {
        int port = peer[0] - 4 + 1;
        try {
            Origin origin =
                    loop.translation()
                            .ofTcp(
                                    client.intValue(),
                                    peerAddress(),
                                    (int) NUMBER.get(peer, port) & 0xffff);
            return origin == null
                    ? null
                    : origin.arrival(
                            Protocol.TCP,
                            listen.way(),
                            Sockets.hops(client, origin.client().family(), loop.packet()));
        } catch (IOException _) {
            return null;
        }
    }
}
