package dev.swivel.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.core.http.HttpListener;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.watch.decode.Decoder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against a clock that stands still, so that the answers can be compared as a whole.
class HealthPagesTest {
    private Instant now = Instant.parse("2026-01-02T03:04:05.678901Z");
    private final ProxyHealth health = new ProxyHealth(() -> now, Duration.ofSeconds(30));
    private final List<Integer> codes = new ArrayList<>();
    private final HttpListener listener;

    HealthPagesTest() throws IOException {
        listener =
                HttpListener.open(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        HealthPages.of(health, codes::add, codes::add));
    }

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void beforeAFamilyHasStartedThereIsNoStatus() throws Exception {
        assertThat(ask("/livez").body())
                .isEqualTo(
                        "{\"lastUpdated\":\"2026-01-02T03:04:05.678901Z\",\"currentTime\":\"2026-01-02T03:04:05.678901Z\",\"healthy\":true}");
    }

    @Test
    void aFamilyThatLagsMakesItUnhealthyUntilItHasCaughtUp() throws Exception {
        health.node(node(false));
        health.started(IpFamily.IPV4);
        health.started(IpFamily.IPV6);
        health.queued(IpFamily.IPV4);
        now = now.plusSeconds(59);
        assertThat(ask("/healthz").statusCode()).isEqualTo(200);
        health.queued(IpFamily.IPV4); // the first one counts
        health.updated(IpFamily.IPV6);
        now = now.plusSeconds(1);
        HttpResponse<String> late = ask("/healthz");
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.body())
                .isEqualTo(
                        "{\"lastUpdated\":\"2026-01-02T03:05:04.678901Z\",\"currentTime\":\"2026-01-02T03:05:05.678901Z\",\"nodeEligible\":true,\"healthy\":false,\"status\":{\"IPv4\":{\"lastUpdated\":\"2026-01-02T03:04:05.678901Z\",\"healthy\":false},\"IPv6\":{\"lastUpdated\":\"2026-01-02T03:05:04.678901Z\",\"healthy\":true}}}");
        assertThat(late.headers().map())
                .containsEntry("content-type", List.of("application/json"))
                .containsEntry("x-content-type-options", List.of("nosniff"));
        assertThat(ask("/livez").statusCode()).isEqualTo(503);
        health.updated(IpFamily.IPV4);
        assertThat(ask("/livez").statusCode()).isEqualTo(200);
        assertThat(codes).as("for the metrics").containsExactly(200, 503, 503, 200);
    }

    @Test
    void aNodeThatLeavesIsNotForLoadBalancersButAlive() throws Exception {
        health.started(IpFamily.IPV4);
        assertThat(ask("/healthz").statusCode()).as("never seen").isEqualTo(503);
        health.node(node(false));
        assertThat(ask("/healthz").statusCode()).isEqualTo(200);
        health.node(node(true));
        assertThat(ask("/healthz").statusCode()).isEqualTo(503);
        assertThat(ask("/livez").statusCode()).isEqualTo(200);
    }

    private static Optional<Node> node(boolean leaving) {
        NodeBuilder node = new NodeBuilder().withNewMetadata().withName("node-1").endMetadata();
        if (leaving) {
            node.withNewSpec()
                    .addNewTaint("NoSchedule", "ToBeDeletedByClusterAutoscaler", null, "1")
                    .endSpec();
        }
        return new Decoder("node-1", true)
                .node(new ObjectMapper().valueToTree(node.build()))
                .value();
    }

    private HttpResponse<String> ask(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + listener.address().getPort() + path);
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        }
    }
}
