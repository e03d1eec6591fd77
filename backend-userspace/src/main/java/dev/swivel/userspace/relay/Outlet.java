package dev.swivel.userspace.relay;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.userspace.pool.Member;
import dev.swivel.userspace.route.Arrival;
import dev.swivel.userspace.route.SourceChoice;
import dev.swivel.userspace.route.SourceMode;
import dev.swivel.userspace.route.Translation;
import dev.swivel.userspace.route.Translation.Kept;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A socket that is being connected to an endpoint.
///
/// @param kept what makes the endpoint see another source than this node; to be closed after the
///   socket
record Outlet(Socket socket, @Nullable Kept kept) {
    /// What goes through a relay has one hop less before it, as if it was routed: else it would go
    /// round for ever where endpoints lead back to Services.
    static boolean hasComeTooFar(Arrival arrival, Loop loop) {
        boolean too = arrival.hops() <= 1;
        if (too) {
            loop.hops().tell(arrival.service() + " port " + arrival.servicePort());
        }
        return too;
    }

    /// A connection of our own has one of the ports that the kernel gives to sockets
    /// (`ip_local_port_range`). When they are used up, each further try costs a look at all of
    /// them, so for a while connections to that endpoint are translated: that has other ports.
    ///
    /// @param now [System#nanoTime]
    /// @param speaks whether bytes for the endpoint are at hand: they go out with the handshake,
    ///   and [Sockets#acknowledge] is to be called after them
    static Outlet towards(
            Member to, Arrival arrival, SourceChoice choice, Loop loop, long now, boolean speaks)
            throws IOException {
        if (choice.of(arrival.client(), to.endpoint()) == SourceMode.KEEP) {
            return translated(to, arrival, arrival.client(), loop, speaks);
        }
        if (!to.crowded(now)) {
            try {
                return open(to, arrival, loop, speaks, _ -> null);
            } catch (IOException e) {
                if (!Sockets.isOutOfPorts(e)) {
                    throw e;
                }
                to.crowd(now);
            }
        }
        return translated(to, arrival, ownAddress(to.address(), loop), loop, speaks);
    }

    /// Rules cost the least; where the client's port is taken, there is still a way.
    ///
    /// @param source who the endpoint is to see
    private static Outlet translated(
            Member to, Arrival arrival, IpAddress source, Loop loop, boolean speaks)
            throws IOException {
        Translation translation = loop.translation();
        Protocol protocol = arrival.protocol();
        int port = arrival.clientPort();
        if (translation.mirrors(source)) {
            try {
                return open(
                        to,
                        arrival,
                        loop,
                        speaks,
                        fd -> {
                            translation.mirror(fd, protocol, source, port);
                            return null;
                        });
            } catch (IOException e) {
                if (!Sockets.isOutOfPorts(e)) {
                    throw e;
                }
            }
        }
        return open(
                to,
                arrival,
                loop,
                speaks,
                fd -> translation.keep(fd, protocol, source, port, to.endpoint()));
    }

    /// Says where a socket connects from.
    @FunctionalInterface
    private interface Binding {
        @Nullable Kept bind(int fd) throws IOException;
    }

    private static Outlet open(
            Member to, Arrival arrival, Loop loop, boolean speaks, Binding source)
            throws IOException {
        Socket socket = socket(arrival.protocol(), to.endpoint().address().family());
        Kept kept = null;
        try {
            if (arrival.protocol() == Protocol.UDP) {
                Sockets.receiveMuch(socket);
            }
            Sockets.mark(socket, loop.settings().mark());
            Sockets.hops(socket, to.endpoint().address().family(), arrival.hops() - 1);
            kept = source.bind(socket.intValue());
            if (speaks) {
                Sockets.acknowledge(socket, false);
            }
            boolean _ = socket.connect(to.address());
            return new Outlet(socket, kept);
        } catch (IOException e) {
            Sockets.close(socket);
            if (kept != null) {
                kept.close();
            }
            throw e;
        }
    }

    private static Socket socket(Protocol protocol, IpFamily family) throws IOException {
        boolean v6 = family == IpFamily.IPV6;
        return protocol == Protocol.UDP
                ? LinuxSocket.newSocketDgram(v6)
                : LinuxSocket.newSocketStream(v6);
    }

    /// What a connection of this node's own to there would come from.
    private static IpAddress ownAddress(InetSocketAddress there, Loop loop) throws IOException {
        Socket socket = socket(Protocol.UDP, Sockets.family(there));
        try {
            Sockets.mark(socket, loop.settings().mark());
            boolean _ = socket.connect(there);
            return IpAddress.of(socket.localAddress().getAddress());
        } finally {
            Sockets.close(socket);
        }
    }
}
