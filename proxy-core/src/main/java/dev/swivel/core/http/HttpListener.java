package dev.swivel.core.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A listening socket that answers HTTP. Anyone may reach it, so it is bounded: so many connections
/// at a time, so long for a request, an answer, and silence; whoever goes beyond is disconnected,
/// and some seconds later there is room again.
///
/// A virtual thread waits for connections and one more serves each: while nobody asks, nothing
/// wakes. There may be a listener for each of many Services; the JDK's own server takes three
/// platform threads for each, of which two wake every second.
public final class HttpListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);
    private static final int BACKLOG = 64;
    private static final int MOST_CONNECTIONS = 256;

    /// From this many on, connections are not kept for further requests.
    private static final int CROWD = 64;

    private static final Duration REQUEST = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final Duration REST_AFTER_ERROR = Duration.ofMillis(100);

    private final ServerSocket server;
    private final Page page;
    private final Thread acceptor;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private HttpListener(ServerSocket server, Page page) {
        this.server = server;
        this.page = page;
        this.acceptor = Thread.ofVirtual().name("http").unstarted(this::accept);
    }

    /// Binds and serves.
    ///
    /// @param page gets every request, whatever its method and path
    /// @throws IOException if the address cannot be bound
    public static HttpListener open(InetSocketAddress address, Page page) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        HttpListener listener = new HttpListener(server, page);
        listener.acceptor.start();
        return listener;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                admit(server.accept());
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.debug("no connection accepted on {}", address(), e);
                    rest(); // too many open files, most likely
                }
            }
        }
    }

    private static void rest() {
        try {
            Thread.sleep(REST_AFTER_ERROR);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(Socket socket) {
        if (connections.size() >= MOST_CONNECTIONS) {
            close(socket);
            return;
        }
        connections.add(socket);
        if (server.isClosed()) {
            close(socket);
        }
        var _ = Thread.ofVirtual().start(() -> serve(socket));
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            RequestReader reader = new RequestReader(socket);
            Duration silence = REQUEST;
            while (answerNext(socket, reader, silence)) {
                silence = SILENCE;
            }
            socket.shutdownOutput();
            reader.skipRest();
        } catch (IOException e) {
            log.trace("connection ended", e); // theirs to end, or took too long
        } catch (RuntimeException e) {
            log.warn("a request could not be answered", e);
        } finally {
            connections.remove(socket);
        }
    }

    private boolean answerNext(Socket socket, RequestReader reader, Duration silence)
            throws IOException {
        try {
            var request = reader.next(silence, REQUEST);
            if (request.isEmpty()) {
                return false;
            }
            boolean last = !request.get().keepsAlive() || connections.size() > CROWD;
            Exchange exchange = new Exchange(request.get(), reader, socket, last);
            answer(socket, exchange);
            return !exchange.isLast();
        } catch (BadRequestException e) {
            new Exchange(Request.NONE, reader, socket, true)
                    .send(e.code(), Exchange.TEXT, e.getMessage() + "\n");
            return false;
        }
    }

    /// Nothing but its end tells a thread that writes that it takes too long.
    private void answer(Socket socket, Exchange exchange) throws IOException {
        Thread guard = Thread.ofVirtual().start(() -> endAfter(socket));
        try {
            page.answer(exchange);
        } finally {
            guard.interrupt();
        }
    }

    private static void endAfter(Socket socket) {
        try {
            Thread.sleep(ANSWER);
            close(socket);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // answered
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("closing a connection", e);
        }
    }

    /// When it returns, the address is free.
    @Override
    public void close() {
        try {
            server.close();
            acceptor.join(); // it is its accept(2) that lets go of the socket
        } catch (IOException e) {
            log.debug("closing a listener", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(HttpListener::close);
    }
}
