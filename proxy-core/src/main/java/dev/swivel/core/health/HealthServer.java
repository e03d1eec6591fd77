package dev.swivel.core.health;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.swivel.core.health.ProxyHealth.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/// Serves `/healthz` (keeps up, and the node may get load-balancer traffic) and `/livez` (keeps
/// up), as kube-proxy does (spec 9.1).
public final class HealthServer implements AutoCloseable {
    private final HttpServer server;
    private final ProxyHealth health;

    /// Told the status code of each answer, for the metrics.
    public record Counters(IntConsumer healthz, IntConsumer livez) {}

    /// Binds and serves.
    ///
    /// @throws IOException if the address cannot be bound
    public HealthServer(InetSocketAddress address, ProxyHealth health, Counters counters)
            throws IOException {
        this.health = health;
        server = HttpServer.create(address, 16);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange ->
                        HttpAnswers.send(
                                exchange,
                                404,
                                "text/plain; charset=utf-8",
                                "404 page not found\n"));
        server.createContext(
                "/healthz", exchange -> answer(exchange, "/healthz", true, counters.healthz()));
        server.createContext(
                "/livez", exchange -> answer(exchange, "/livez", false, counters.livez()));
        server.start();
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange, String path, boolean withNode, IntConsumer counter)
            throws IOException {
        if (!exchange.getRequestURI().getPath().equals(path)) {
            HttpAnswers.send(exchange, 404, "text/plain; charset=utf-8", "404 page not found\n");
            return;
        }
        Status status = health.status();
        boolean ok = status.healthy() && (!withNode || status.nodeEligible());
        int code = ok ? 200 : 503;
        counter.accept(code);
        HttpAnswers.send(exchange, code, "application/json", json(status, ok, withNode).toString());
    }

    private static ObjectNode json(Status status, boolean ok, boolean withNode) {
        Instant updated = ok ? status.now() : status.lastUpdated();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("lastUpdated", updated.toString()).put("currentTime", status.now().toString());
        if (withNode) {
            json.put("nodeEligible", status.nodeEligible());
        }
        json.put("healthy", status.healthy());
        if (!status.families().isEmpty()) {
            ObjectNode families = json.putObject("status");
            status.families()
                    .forEach((family, of) ->
                            families.putObject(family.label())
                                    .put("lastUpdated", of.lastUpdated().toString())
                                    .put("healthy", of.healthy()));
        }
        return json;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
