package dev.swivel.userspace.relay;

import dev.swivel.linux.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.util.function.Consumer;

/// A UDP socket on its event loop, edge-triggered.
final class UdpSide implements Watched {
    private final Socket socket;
    private final Consumer<UdpSide> readable;
    private final Loop loop;
    private boolean watched;

    /// @param readable what to do when there may be datagrams
    UdpSide(Socket socket, Loop loop, Consumer<UdpSide> readable) {
        this.socket = socket;
        this.loop = loop;
        this.readable = readable;
    }

    void listen() {
        watched = true;
        loop.readiness().watch(this, Epoll.IN | Epoll.EDGE);
    }

    @Override
    public void ready(int events) {
        readable.accept(this);
    }

    Socket socket() {
        return socket;
    }

    @Override
    public int number() {
        return socket.intValue();
    }

    boolean open() {
        return socket.isOpen();
    }

    void close() {
        if (watched) {
            watched = false;
            loop.readiness().forget(number());
        }
        Sockets.close(socket);
    }
}
