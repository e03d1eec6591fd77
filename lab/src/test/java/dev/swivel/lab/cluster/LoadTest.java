package dev.swivel.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.traffic.Load;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Load in the background notices what happens meanwhile.
final class LoadTest {
    private static final int PORT = 8080;
    private static final Duration REST = Duration.ofMillis(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private LabCluster cluster;
    private Pod web;
    private Pod client;

    @BeforeEach
    void build() throws Exception {
        Root.required();
        cluster =
                LabCluster.builder()
                        .nodes(1)
                        .pod(PodSpec.on("node-1", "web").tcp(PORT).udp(PORT))
                        .pod(PodSpec.on("node-1", "client"))
                        .start();
        web = cluster.pod("web");
        client = cluster.pod("client");
    }

    @AfterEach
    void remove() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void everyRequestIsCounted() {
        for (var probe :
                new Probe[] {
                    client.tcp(web.addresses().ipv4(), PORT),
                    client.udp(web.addresses().ipv6(), PORT)
                }) {
            try (var load = Load.ofNewConnections(probe, 4, REST)) {
                await().atMost(LIMIT).until(() -> load.soFar().total() >= 200);
                var report = load.stop();
                assertThat(report.failures()).isEmpty();
                assertThat(report.succeeded()).isEqualTo(report.total());
                assertThat(report.distribution().perPod()).containsOnlyKeys("web");
            }
        }
    }

    @Test
    void anOutageOfNewConnectionsShowsWithItsTime() throws Exception {
        var probe = client.tcp(web.addresses().ipv4(), PORT);
        try (var load = Load.ofNewConnections(probe, 2, REST)) {
            await().atMost(LIMIT).until(() -> load.soFar().succeeded() >= 20);
            var before = Instant.now();
            web.tcpServer(PORT).refuse();
            await().atMost(LIMIT).until(() -> !load.soFar().failures().isEmpty());
            web.tcpServer(PORT).accept();
            var after = Instant.now();
            await().atMost(LIMIT).until(() -> load.soFar().since(after).succeeded() >= 20);

            var report = load.stop();
            assertThat(report.failures())
                    .allSatisfy(failure -> assertThat(failure.ended()).isAfter(before));
            assertThat(report.since(after).failures()).isEmpty();
        }
    }

    @Test
    void keptConnectionsOutliveTheListenerButNotAReset() throws Exception {
        var probe = client.tcp(web.addresses().ipv6(), PORT);
        try (var load = Load.ofKeptConnections(probe, 3, REST)) {
            // what the kernel has connected, and nobody accepted yet, goes with the listener
            await().atMost(LIMIT).until(() -> web.tcpServer(PORT).openConnections() == 3);
            web.tcpServer(PORT).refuse();
            var refusing = Instant.now();
            await().atMost(LIMIT).until(() -> load.soFar().since(refusing).succeeded() >= 20);
            assertThat(load.soFar().failures()).isEmpty();
            assertThat(web.tcpServer(PORT).openConnections()).isEqualTo(3);

            web.tcpServer(PORT).resetConnections();
            await().atMost(LIMIT).until(() -> load.soFar().failures().size() == 3);

            assertThat(load.stop().failures())
                    .allSatisfy(failure ->
                            assertThat(failure.result()).isEqualTo(new ProbeResult.Reset()));
        }
    }
}
