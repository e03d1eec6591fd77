package dev.swivel.lab.api;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// One address on which an API is served.
///
/// It keeps a thread of its own that makes the sockets. The thread is started by the caller's
/// thread and so lives in the caller's network namespace, also when the port is reopened from
/// elsewhere.
public final class ApiListener implements AutoCloseable {
    static {
        // Watch events are small writes: each has to leave at once. Read once by the JDK's server.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // The default of 30 s closes connections just when clients want to use them again.
        System.setProperty("sun.net.httpserver.idleInterval", "600");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "2000");
    }

    private static final int BACKLOG = 1024;

    private record Open(HttpServer server, ExecutorService handlers) {
        void close() {
            server.stop(0);
            handlers.shutdownNow();
        }
    }

    private final HttpHandler handler;
    private final ExecutorService home;
    private final InetSocketAddress address;
    private @Nullable Open open;

    /// Listens at once.
    ///
    /// @param wanted where to listen; port 0 for any free port
    ApiListener(InetSocketAddress wanted, HttpHandler handler) throws IOException {
        this.handler = handler;
        this.home =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("api-listener").factory());
        try {
            this.open = atHome(() -> listen(wanted));
        } catch (IOException e) {
            home.shutdown();
            throw e;
        }
        this.address = open.server().getAddress();
    }

    private Open listen(InetSocketAddress where) throws IOException {
        var server = HttpServer.create(where, BACKLOG);
        var handlers = Executors.newVirtualThreadPerTaskExecutor();
        server.createContext("/", handler);
        server.setExecutor(handlers);
        server.start();
        return new Open(server, handlers);
    }

    private <T> T atHome(Callable<T> step) throws IOException {
        try {
            return home.submit(step).get();
        } catch (ExecutionException e) {
            throw new IOException("cannot listen: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    public InetSocketAddress address() {
        return address;
    }

    /// `http://address:port`.
    public String url() {
        var host = address.getAddress().getHostAddress();
        return address.getAddress() instanceof Inet6Address
                ? "http://[%s]:%d".formatted(host, address.getPort())
                : "http://%s:%d".formatted(host, address.getPort());
    }

    /// Closes the port and cuts all connections: clients are refused until [#reopen].
    public synchronized void refuse() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    /// Listens again at the same address and port.
    public synchronized void reopen() throws IOException {
        if (open == null) {
            open = atHome(() -> listen(address));
        }
    }

    @Override
    public void close() {
        refuse();
        home.shutdown();
    }
}
