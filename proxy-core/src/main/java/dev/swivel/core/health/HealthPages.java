package dev.swivel.core.health;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.swivel.core.health.ProxyHealth.Status;
import dev.swivel.core.http.HttpAnswers;
import dev.swivel.core.http.Pages;
import java.io.IOException;
import java.time.Instant;
import java.util.function.IntConsumer;

/// `/healthz` (keeps up, and the node may get load-balancer traffic) and `/livez` (keeps up), as
/// kube-proxy answers them (spec 9.1).
public final class HealthPages {
    private final ProxyHealth health;

    private HealthPages(ProxyHealth health) {
        this.health = health;
    }

    /// @param healthz told the status code of each answer; likewise `livez`
    public static Pages of(ProxyHealth health, IntConsumer healthz, IntConsumer livez) {
        HealthPages pages = new HealthPages(health);
        return new Pages()
                .add("/healthz", exchange -> pages.answer(exchange, true, healthz))
                .add("/livez", exchange -> pages.answer(exchange, false, livez));
    }

    private void answer(HttpExchange exchange, boolean withNode, IntConsumer counter)
            throws IOException {
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
}
