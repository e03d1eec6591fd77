package dev.swivel.core.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A listening socket that answers HTTP. Anyone may reach it, so it is bounded: so many connections
/// at a time, so long for a request, an answer, and silence; whoever goes beyond is disconnected,
/// and some seconds later there is room again.
public final class HttpListener implements AutoCloseable {
    private static final int BACKLOG = 64;

    /// Read once by the JDK's server, before the first one is made. Times are in seconds, sizes in
    /// bytes. Connections are counted per listener.
    private static final Map<String, String> BOUNDS =
            Map.of(
                    "jdk.httpserver.maxConnections", "256",
                    "sun.net.httpserver.maxReqTime", "5",
                    "sun.net.httpserver.maxRspTime", "20",
                    "sun.net.httpserver.idleInterval", "10",
                    "sun.net.httpserver.maxIdleConnections", "64",
                    "sun.net.httpserver.maxReqHeaders", "64",
                    "sun.net.httpserver.maxReqHeaderSize", "16384");

    static {
        BOUNDS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HttpListener(HttpServer server) {
        this.server = server;
    }

    /// Binds and serves.
    ///
    /// @param handler gets every request, whatever its method and path
    /// @throws IOException if the address cannot be bound
    public static HttpListener open(InetSocketAddress address, HttpHandler handler)
            throws IOException {
        HttpListener listener = new HttpListener(HttpServer.create(address, BACKLOG));
        listener.server.setExecutor(listener.threads);
        listener.server.createContext("/", handler);
        listener.server.start();
        return listener;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
