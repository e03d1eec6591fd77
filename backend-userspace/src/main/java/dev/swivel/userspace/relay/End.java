package dev.swivel.userspace.relay;

import dev.swivel.linux.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;

/// One socket of a connection on its event loop, edge-triggered: what the kernel has told about it
/// and was not used up yet.
final class End implements Watched {
    private static final int INPUT = Epoll.IN | Epoll.PRI | Epoll.RDHUP | Epoll.EDGE;
    private static final int ALL = INPUT | Epoll.OUT;

    private final Socket socket;
    private final TcpConnection connection;
    private Loop loop;
    private boolean watched;
    private boolean hearsOfRoom;
    private boolean spokenTo;
    private boolean hastened;

    /// There may be something to read.
    boolean readable;

    /// There may be room to write.
    boolean writable = true;

    /// The peer has said that it sends no more; what it sent may still wait.
    boolean finished;

    /// The kernel reported an error, such as a reset.
    boolean failed;

    /// There is or was urgent data, at which a read stops early.
    private boolean urgent;

    End(Socket socket, TcpConnection connection, Loop loop) {
        this.socket = socket;
        this.loop = loop;
        this.connection = connection;
    }

    /// Whether a read that found less than it had room for was the last one: what came before the
    /// end was all there when the end was told.
    boolean drained() {
        return finished && !urgent && !failed;
    }

    /// Whether there is a peer already.
    boolean connected() {
        return socket.remoteAddress() != null;
    }

    /// Writes what the socket has room for.
    ///
    /// @param last whether the end of sending follows at once: it goes out with these bytes
    /// @return how many of the bytes from `start` to `end` that were
    int send(long address, int start, int end, boolean last) throws IOException {
        hasten();
        return last
                ? Sockets.sendLast(socket, address + start, end - start)
                : socket.sendAddress(address, start, end);
    }

    /// To be called before each write: small ones are not to wait for each other. The first one
    /// does not wait in any case, and often there is no other.
    void hasten() throws IOException {
        if (spokenTo && !hastened) {
            hastened = true;
            socket.setTcpNoDelay(true);
        }
        spokenTo = true;
    }

    /// It was accepted by a listener that is hastened and kept alive itself, which is passed on.
    End ofListener() {
        hastened = true;
        return this;
    }

    /// From now on the connection hears when something came.
    void listen() {
        watched = true;
        loop.readiness().watch(this, hearsOfRoom ? ALL : INPUT);
    }

    /// From now on it belongs to that loop, on whose thread it is to [#listen] then.
    void moveTo(Loop next) {
        watched = false;
        loop.readiness().remove(this);
        loop = next;
    }

    /// From now on it also hears when the socket is connected, or has room again.
    void listenToAll() {
        hearsOfRoom = true;
        listen();
    }

    /// A write did not take everything: the connection is to hear when there is room.
    void full() {
        writable = false;
        if (!hearsOfRoom && watched) {
            loop.readiness().change(this, ALL);
        }
        hearsOfRoom = true;
    }

    @Override
    public void ready(int events) {
        if ((events & Epoll.ERR) != 0) {
            failed = true;
        }
        if ((events & Epoll.PRI) != 0) {
            urgent = true;
        }
        if ((events & (Epoll.RDHUP | Epoll.HUP)) != 0) {
            finished = true;
        }
        // After an error, reading and writing are what tells which one.
        if ((events & (Epoll.IN | Epoll.RDHUP | Epoll.HUP | Epoll.ERR)) != 0) {
            readable = true;
        }
        if ((events & (Epoll.OUT | Epoll.HUP | Epoll.ERR)) != 0) {
            writable = true;
        }
        try {
            connection.ready(this);
        } catch (RuntimeException e) {
            connection.fail(e);
        }
    }

    Socket fd() {
        return socket;
    }

    @Override
    public int number() {
        return socket.intValue();
    }

    /// Closes with a reset to the peer.
    void reset() {
        forget();
        Sockets.reset(socket);
    }

    void close() {
        forget();
        Sockets.close(socket);
    }

    private void forget() {
        if (watched) {
            watched = false;
            loop.readiness().forget(number());
        }
    }
}
