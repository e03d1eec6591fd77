package dev.swivel.userspace.route;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What the kernel's address translation knows and does for the relays. Each event loop opens one
/// for itself: not for several threads at once. Every call is one or two system calls and waits for
/// nobody.
public interface Translation extends AutoCloseable {
    /// What an accepted connection was before it was captured.
    ///
    /// @param fd a connected TCP socket
    /// @param peer its remote address
    /// @return null if it was not captured but made to the listener itself, or is gone
    @Nullable Origin ofTcp(int fd, IpAddress peer, int peerPort) throws IOException;

    /// What a flow of datagrams was before it was captured. What the kernel says holds for as long
    /// as connection tracking remembers the flow: at least 30 s after each datagram of the client.
    ///
    /// @param peer its remote address, as the listener sees it
    /// @param own the listener's address
    /// @return null if it was not captured but sent to the listener itself, or is gone
    @Nullable Origin ofUdp(IpAddress peer, int peerPort, IpAddress own, int ownPort)
            throws IOException;

    /// Whether rules that stand keep the source of that client, see [#mirror].
    boolean mirrors(IpAddress client);

    /// Has rules that stand make an endpoint see the client's address, and answers come back to the
    /// socket: of TCP, or of UDP while the endpoint is not silent for longer than connection
    /// tracking remembers a flow. To be called before the socket is connected, which may show that
    /// the port is taken towards that endpoint; it binds the socket.
    ///
    /// @param client [#mirrors] has told yes
    /// @param clientPort the endpoint sees this port too
    /// @throws Unavailable if the port is taken, or the kernel refuses; the socket is of no more
    ///   use
    void mirror(int fd, Protocol protocol, IpAddress client, int clientPort) throws Unavailable;

    /// Makes an endpoint see the client's address, and answers come back to the socket, for any
    /// client; costs a request to connection tracking. To be called before the socket is connected
    /// to that endpoint; it binds the socket.
    ///
    /// @param fd an unbound socket
    /// @param clientPort the endpoint sees this port too, unless it is taken
    /// @throws Unavailable if there is no free port, or the kernel refuses; the socket is of no
    ///   more use
    Kept keep(int fd, Protocol protocol, IpAddress client, int clientPort, Endpoint endpoint)
            throws Unavailable;

    @Override
    void close();

    /// A source address cannot be kept, for want of something on this machine: not the endpoint's
    /// fault.
    final class Unavailable extends IOException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message) {
            super(message);
        }

        public Unavailable(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /// A source address that is kept.
    interface Kept extends AutoCloseable {
        /// The socket is closed. UDP must say so; TCP need not, since the kernel sees the end.
        @Override
        void close();
    }

    /// Opens them, in the network namespace of the calling thread.
    @FunctionalInterface
    interface Source {
        Translation open() throws IOException;
    }
}
