package dev.swivel.linux.route;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkException;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;

/// Ranges of addresses that are local by a route of the table `local`, in the network namespace of
/// the thread that opened this. Not for several threads at once.
public final class LocalRoutes implements AutoCloseable {
    private final NetlinkSocket socket;

    private LocalRoutes(NetlinkSocket socket) {
        this.socket = socket;
    }

    public static LocalRoutes open() throws IOException {
        return new LocalRoutes(NetlinkSocket.open(Netlink.NETLINK_ROUTE));
    }

    /// Makes the range local; fine if it is.
    public void add(LocalRange range) throws IOException {
        try {
            var _ = socket.request(RouteMessages.add(range));
        } catch (NetlinkException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /// Takes the route away; fine if there is none.
    public void delete(LocalRange range) throws IOException {
        try {
            var _ = socket.request(RouteMessages.delete(range));
        } catch (NetlinkException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    /// Whether the route is there.
    public boolean has(LocalRange range) throws IOException {
        try {
            return socket.request(RouteMessages.get(range)).stream()
                    .anyMatch(reply -> RouteMessages.isRoute(reply, range));
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENETUNREACH || e.errno() == Errno.EHOSTUNREACH) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
