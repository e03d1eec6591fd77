package dev.swivel.userspace.relay;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A UDP socket on its event loop, edge-triggered.
final class UdpSide implements EpollIoHandle {
    private static final Logger log = LoggerFactory.getLogger(UdpSide.class);

    private final Socket socket;
    private final Consumer<UdpSide> readable;
    private @Nullable IoRegistration registration;

    /// @param readable what to do when there may be datagrams
    UdpSide(Socket socket, Consumer<UdpSide> readable) {
        this.socket = socket;
        this.readable = readable;
    }

    void listen(Loop loop) {
        registration = loop.register(this);
        registration.submit(EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET));
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        try {
            readable.accept(this);
        } catch (RuntimeException e) {
            // It must not stop the loop, which carries others.
            log.error("Datagrams were lost by a mistake in Swivel, please report this", e);
        }
    }

    @Override
    public Socket fd() {
        return socket;
    }

    int number() {
        return socket.intValue();
    }

    boolean open() {
        return socket.isOpen();
    }

    @Override
    public void close() {
        Sockets.close(socket);
        IoRegistration known = registration;
        if (known != null) {
            registration = null;
            known.cancel();
        }
    }
}
