package dev.swivel.userspace.relay;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.datagram.DatagramBatch;
import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import dev.swivel.userspace.route.Translation.Unavailable;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Netty's sockets leave to raw options and numbers.
final class Sockets {
    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;
    private static final int IP_FREEBIND = 15;
    private static final int IPV6_FREEBIND = 78;
    private static final int IPV6_V6ONLY = 26;
    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;
    private static final int SOL_TCP = 6;
    private static final int TCP_QUICKACK = 12;
    private static final int MSG_MORE = 0x8000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int TCP_SAVE_SYN = 27;
    private static final int TCP_SAVED_SYN = 28;
    private static final int IP_TTL = 2;
    private static final int IP_RECVTTL = 12;
    private static final int IPV6_UNICAST_HOPS = 16;
    private static final int IPV6_RECVHOPLIMIT = 51;
    private static final int IPV4_HEADER_TTL = 8;
    private static final int IPV6_HEADER_HOPS = 7;

    /// Longer than any first packet of a connection: IP and TCP header with all options.
    static final int FIRST_PACKET = 512;

    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int MUCH = 4 * 1024 * 1024;
    private static final int MOST = 1 << 30;
    private static final int EPERM = 1;
    private static final int EAGAIN = 11;
    private static final int ENOMEM = 12;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int EADDRINUSE = 98;
    private static final int EADDRNOTAVAIL = 99;
    private static final int ENETUNREACH = 101;
    private static final int ENOBUFS = 105;
    private static final int ECONNREFUSED = 111;
    private static final int EHOSTUNREACH = 113;

    private static final Pattern ERROR_NUMBER = Pattern.compile("error\\(-(\\d+)\\)");

    private Sockets() {}

    /// Lets the socket be bound to an address that is local by a route alone.
    static void bindAnywhere(Socket socket, IpFamily family) throws IOException {
        switch (family) {
            case IPV4 -> socket.setIntOpt(SOL_IP, IP_FREEBIND, 1);
            case IPV6 -> socket.setIntOpt(SOL_IPV6, IPV6_FREEBIND, 1);
        }
    }

    /// Marks what the socket sends, so that the capture rules let it pass. Needs `CAP_NET_ADMIN`.
    ///
    /// @param bits 0 for no mark
    static void mark(Socket socket, int bits) throws IOException {
        if (bits != 0) {
            socket.setIntOpt(SOL_SOCKET, SO_MARK, bits);
        }
    }

    /// What a listener accepts can tell how far it came.
    static void rememberHops(Socket listener) throws IOException {
        listener.setIntOpt(SOL_TCP, TCP_SAVE_SYN, 1);
    }

    /// How many more machines the first packet of an accepted connection might have passed.
    ///
    /// @param packet room for [#FIRST_PACKET] bytes
    static int hops(Socket accepted, IpFamily family, MemorySegment packet) throws IOException {
        int length = Libc.getsockopt(accepted.intValue(), SOL_TCP, TCP_SAVED_SYN, packet);
        int at = family == IpFamily.IPV4 ? IPV4_HEADER_TTL : IPV6_HEADER_HOPS;
        // With SYN cookies the kernel remembers nothing.
        return length > at
                ? Byte.toUnsignedInt(packet.get(ValueLayout.JAVA_BYTE, at))
                : DatagramBatch.USUAL_HOPS;
    }

    /// What is received tells how far it came.
    static void receiveHops(Socket socket, IpFamily family) throws IOException {
        switch (family) {
            case IPV4 -> socket.setIntOpt(SOL_IP, IP_RECVTTL, 1);
            case IPV6 -> socket.setIntOpt(SOL_IPV6, IPV6_RECVHOPLIMIT, 1);
        }
    }

    /// How many machines what the socket sends may pass.
    static void hops(Socket socket, IpFamily family, int hops) throws IOException {
        switch (family) {
            case IPV4 -> socket.setIntOpt(SOL_IP, IP_TTL, hops);
            case IPV6 -> socket.setIntOpt(SOL_IPV6, IPV6_UNICAST_HOPS, hops);
        }
    }

    /// Whether what arrives is acknowledged at once. While it is not, before the connection is
    /// made, the first bytes go out with the last packet of the handshake.
    static void acknowledge(Socket socket, boolean atOnce) {
        try {
            socket.setIntOpt(SOL_TCP, TCP_QUICKACK, atOnce ? 1 : 0);
        } catch (IOException _) {
            // The peer is gone already.
        }
    }

    /// Writes what a socket has room for, to go out together with the end, which must follow.
    static int sendLast(Socket socket, long address, int length) throws IOException {
        try {
            return (int) Libc.send(socket.intValue(), address, length, MSG_MORE | MSG_NOSIGNAL);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EAGAIN) {
                return 0;
            }
            throw e;
        }
    }

    /// Room for what arrives while the event loop is busy with others.
    static void receiveMuch(Socket socket) throws IOException {
        try {
            socket.setIntOpt(SOL_SOCKET, SO_RCVBUFFORCE, MUCH);
        } catch (IOException _) {
            // Without CAP_NET_ADMIN only as much as the system allows everybody.
            socket.setReceiveBufferSize(MUCH);
        }
    }

    /// For a socket that answers many: what waits for a neighbour that does not tell its hardware
    /// address must not be in the way of the others. The kernel bounds what waits for each
    /// (`unres_qlen_bytes`), as it does for what it forwards.
    static void sendToMany(Socket socket) throws IOException {
        try {
            socket.setIntOpt(SOL_SOCKET, SO_SNDBUFFORCE, MOST);
        } catch (IOException _) {
            socket.setSendBufferSize(MOST);
        }
    }

    /// Leaves IPv4 to another socket.
    static void onlyIpv6(Socket socket) throws IOException {
        socket.setIntOpt(SOL_IPV6, IPV6_V6ONLY, 1);
    }

    /// Whether this machine lacks descriptors or memory; nothing is wrong with the peer.
    static boolean isOutOfFiles(IOException e) {
        return switch (errno(e)) {
            case EMFILE, ENFILE, ENOMEM, ENOBUFS -> true;
            default -> false;
        };
    }

    /// Whether there is no local port or address to connect from; nothing is wrong with the peer.
    static boolean isOutOfPorts(IOException e) {
        return switch (errno(e)) {
            case EADDRNOTAVAIL, EADDRINUSE, EAGAIN, EPERM -> true;
            default -> e instanceof Unavailable;
        };
    }

    /// @return 0 if it does not tell
    private static int errno(IOException e) {
        if (e instanceof NativeIoException refusal) {
            return -refusal.expectedErr();
        }
        // Netty tells the number of a failed connect in its text alone.
        Matcher matcher = ERROR_NUMBER.matcher(String.valueOf(e.getMessage()));
        return e instanceof ConnectException && matcher.find()
                ? Integer.parseInt(matcher.group(1))
                : 0;
    }

    /// Whether an error number of a UDP socket says that the endpoint is not there.
    static boolean isRefusal(int errno) {
        return errno == ECONNREFUSED || errno == EHOSTUNREACH || errno == ENETUNREACH;
    }

    static InetSocketAddress address(IpAddress address, int port) {
        return new InetSocketAddress(address.toInetAddress(), port);
    }

    static IpFamily family(InetSocketAddress address) {
        return IpAddress.of(address.getAddress()).family();
    }

    /// Has the kernel ask a silent peer now and then whether it is still there.
    static void keepAlive(Socket socket) {
        try {
            socket.setKeepAlive(true);
        } catch (IOException _) {
            // The peer is gone already.
        }
    }

    /// Closes so that the peer gets a reset.
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(0);
        } catch (IOException _) {
            // The peer is gone already.
        }
        close(socket);
    }

    static void close(FileDescriptor descriptor) {
        try {
            descriptor.close();
        } catch (IOException _) {
            // Closed is closed.
        }
    }
}
