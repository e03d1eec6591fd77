package dev.swivel.userspace.relay;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import org.jspecify.annotations.Nullable;

/// One socket of a connection on its event loop, edge-triggered: what the kernel has told about it
/// and was not used up yet.
final class End implements EpollIoHandle {
    private static final int IN = EpollIoOps.EPOLLIN.value();
    private static final int OUT = EpollIoOps.EPOLLOUT.value();
    private static final int FIN = EpollIoOps.EPOLLRDHUP.value();
    private static final int ERR = EpollIoOps.EPOLLERR.value();
    private static final int HUP = 0x10;
    private static final EpollIoOps ALL =
            EpollIoOps.EPOLLIN
                    .with(EpollIoOps.EPOLLOUT)
                    .with(EpollIoOps.EPOLLRDHUP)
                    .with(EpollIoOps.EPOLLET);

    private final Socket socket;
    private final TcpConnection connection;
    private @Nullable IoRegistration registration;

    /// There may be something to read.
    boolean readable;

    /// There may be room to write.
    boolean writable = true;

    /// The peer has said that it sends no more; what it sent may still wait.
    boolean finished;

    /// The kernel reported an error, such as a reset.
    boolean failed;

    End(Socket socket, TcpConnection connection) {
        this.socket = socket;
        this.connection = connection;
    }

    /// From now on the connection hears of this socket.
    void listen(Loop loop) {
        registration = loop.register(this);
        registration.submit(ALL);
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        int ops = ((EpollIoEvent) event).ops().value();
        if ((ops & ERR) != 0) {
            failed = true;
        }
        if ((ops & (FIN | HUP)) != 0) {
            finished = true;
        }
        // After an error, reading and writing are what tells which one.
        if ((ops & (IN | FIN | HUP | ERR)) != 0) {
            readable = true;
        }
        if ((ops & (OUT | HUP | ERR)) != 0) {
            writable = true;
        }
        connection.ready(this);
    }

    @Override
    public Socket fd() {
        return socket;
    }

    /// Closes with a reset to the peer.
    void reset() {
        Sockets.reset(socket);
        forget();
    }

    @Override
    public void close() {
        Sockets.close(socket);
        forget();
    }

    /// After closing, since the kernel then has forgotten the socket by itself.
    private void forget() {
        IoRegistration known = registration;
        if (known != null) {
            registration = null;
            known.cancel();
        }
    }
}
