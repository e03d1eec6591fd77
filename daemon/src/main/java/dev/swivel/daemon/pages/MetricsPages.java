package dev.swivel.daemon.pages;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.http.HttpAnswers;
import dev.swivel.core.http.Pages;
import dev.swivel.daemon.scrape.ScrapeText;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// All that the metrics address serves, as kube-proxy does (spec 9.3).
public final class MetricsPages {
    private MetricsPages() {}

    /// @param document the configuration in force, complete
    /// @param flags every flag with its value
    /// @param state of the proxy, for `/statusz`
    public static Pages of(
            ProxyConfig config,
            ObjectNode document,
            SortedMap<String, String> flags,
            PrometheusMeterRegistry meters,
            Supplier<Map<String, String>> state) {
        Pages pages = new Pages();
        HealthIndicators indicators = new HealthIndicators();
        pages.add("/healthz", indicators::healthz)
                .add("/healthz/ping", indicators::healthz)
                .add("/metrics/slis", indicators::slis)
                .add(
                        "/metrics",
                        exchange ->
                                HttpAnswers.send(
                                        exchange,
                                        200,
                                        ScrapeText.CONTENT_TYPE,
                                        ScrapeText.of(meters.getPrometheusRegistry().scrape())))
                .addText("/proxyMode", config::mode);
        String configz =
                JsonNodeFactory.instance
                        .objectNode()
                        .<ObjectNode>set("kubeproxy.config.k8s.io", document)
                        .toString();
        pages.add(
                "/configz",
                exchange -> HttpAnswers.send(exchange, 200, "application/json", configz));
        if (config.featureGates().getOrDefault("ComponentFlagz", true)) {
            pages.add("/flagz", flagz(flags));
        }
        if (config.featureGates().getOrDefault("ComponentStatusz", true)) {
            pages.add("/statusz", new StatusPage(state, pages::paths).page());
        }
        if (config.enableProfiling()) {
            DebugPages.addTo(pages);
        }
        return pages;
    }

    private static ZPage flagz(SortedMap<String, String> flags) {
        return new ZPage(
                "Flagz",
                () ->
                        flags.entrySet().stream()
                                .map(flag -> flag.getKey() + "=" + flag.getValue() + "\n")
                                .collect(Collectors.joining()),
                object -> flags.forEach(object.putObject("flags")::put));
    }
}
