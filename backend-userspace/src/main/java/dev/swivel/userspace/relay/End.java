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
    private static final EpollIoOps INPUT =
            EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);
    private static final EpollIoOps ALL = INPUT.with(EpollIoOps.EPOLLOUT);

    private final Socket socket;
    private final TcpConnection connection;
    private @Nullable IoRegistration registration;
    private boolean hearsOfRoom;

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

    /// Whether there is a peer already.
    boolean connected() {
        return socket.remoteAddress() != null;
    }

    /// From now on the connection hears when something came.
    void listen(Loop loop) {
        registration = loop.register(this);
        registration.submit(hearsOfRoom ? ALL : INPUT);
    }

    /// From now on it also hears when the socket is connected, or has room again.
    void listenToAll(Loop loop) {
        hearsOfRoom = true;
        listen(loop);
    }

    /// A write did not take everything: the connection is to hear when there is room.
    void full() {
        writable = false;
        IoRegistration known = registration;
        if (!hearsOfRoom && known != null) {
            known.submit(ALL);
        }
        hearsOfRoom = true;
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
        try {
            connection.ready(this);
        } catch (RuntimeException e) {
            connection.fail(e);
        }
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
