package dev.swivel.daemon.pages;

import com.sun.net.httpserver.HttpExchange;
import dev.swivel.core.http.HttpAnswers;
import dev.swivel.daemon.scrape.ScrapeText;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;

/// The metrics address's own `/healthz`, a plain ping, and `/metrics/slis`, which counts its
/// answers. `DELETE` sets them back.
final class HealthIndicators {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    void healthz(HttpExchange exchange) throws IOException {
        pinged();
        String query = exchange.getRequestURI().getQuery();
        boolean verbose = query != null && query.matches("(.*&)?verbose(=.*|&.*)?");
        HttpAnswers.send(
                exchange,
                200,
                HttpAnswers.TEXT,
                verbose ? "[+]ping ok\nhealthz check passed\n" : "ok");
    }

    private synchronized void pinged() {
        Gauge.builder("kubernetes_healthcheck", () -> 1)
                .description("[STABLE] This metric records the result of a single healthcheck.")
                .tag("name", "ping")
                .tag("type", "healthz")
                .register(registry);
        Counter.builder("kubernetes_healthchecks_total")
                .description("[STABLE] This metric records the results of all healthcheck.")
                .tag("name", "ping")
                .tag("status", "success")
                .tag("type", "healthz")
                .register(registry)
                .increment();
    }

    void slis(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("DELETE")) {
            synchronized (this) {
                registry.clear();
            }
            HttpAnswers.send(exchange, 200, HttpAnswers.TEXT, "metrics reset\n");
        } else {
            HttpAnswers.send(
                    exchange,
                    200,
                    ScrapeText.CONTENT_TYPE,
                    ScrapeText.of(registry.getPrometheusRegistry().scrape()));
        }
    }
}
