package dev.swivel.lab.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LargeClusterTest {
    private static final int SERVICES = 30_000;

    @Test
    void thirtyThousandServicesFitAndAreListedInPages() throws Exception {
        try (var api = EmbeddedApi.start();
                var client = new ApiClient(api.url())) {
            long start = System.nanoTime();
            for (int i = 0; i < SERVICES; i++) {
                api.objects()
                        .create(
                                """
                                apiVersion: v1
                                kind: Service
                                metadata: {name: s%1$d}
                                spec: {selector: {app: s%1$d}, ports: [{port: 80}]}
                                ---
                                apiVersion: discovery.k8s.io/v1
                                kind: EndpointSlice
                                metadata: {name: s%1$d-1, labels: {kubernetes.io/service-name: s%1$d}}
                                addressType: IPv4
                                ports: [{port: 8080}]
                                endpoints: [{addresses: [192.168.1.11]}, {addresses: [192.168.2.11]}]
                                """
                                        .formatted(i));
            }
            System.out.printf("created in %s%n", Duration.ofNanos(System.nanoTime() - start));
            start = System.nanoTime();
            int listed = 0;
            var token = "";
            do {
                var page = client.get("/api/v1/services?limit=500&continue=" + token).body();
                listed += page.path("items").size();
                token = page.at("/metadata/continue").asText("");
            } while (!token.isEmpty());
            System.out.printf("listed in %s%n", Duration.ofNanos(System.nanoTime() - start));
            assertThat(listed).isEqualTo(SERVICES);
            System.gc();
            var runtime = Runtime.getRuntime();
            long used = runtime.totalMemory() - runtime.freeMemory();
            System.out.printf("used %d MiB%n", used >> 20);
            assertThat(used).isLessThan(512L << 20);
        }
    }
}
