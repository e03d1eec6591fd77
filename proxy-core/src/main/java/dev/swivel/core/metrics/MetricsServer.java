package dev.swivel.core.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.swivel.core.health.HttpAnswers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// Serves `/metrics`, `/proxyMode` and a plain `/healthz`, as kube-proxy does (spec 9.3).
public final class MetricsServer implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";
    private final HttpServer server;

    /// Binds and serves.
    ///
    /// @param mode the backend's name
    /// @param scrape the metrics in Prometheus text format
    /// @throws IOException if the address cannot be bound
    public MetricsServer(InetSocketAddress address, String mode, Supplier<String> scrape)
            throws IOException {
        server = HttpServer.create(address, 16);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        page("/", () -> "");
        page("/healthz", () -> "ok");
        page("/proxyMode", () -> mode);
        page("/metrics", scrape);
        server.start();
    }

    private void page(String path, Supplier<String> body) {
        server.createContext(path, exchange -> answer(exchange, path, body));
    }

    private static void answer(HttpExchange exchange, String path, Supplier<String> body)
            throws IOException {
        boolean known = !path.equals("/") && exchange.getRequestURI().getPath().equals(path);
        HttpAnswers.send(
                exchange, known ? 200 : 404, TEXT, known ? body.get() : "404 page not found\n");
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
