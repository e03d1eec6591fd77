package dev.swivel.lab.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LargeClusterTest {
    private static final int SERVICES = 30_000;
    private static final String SERVICE =
            """
            apiVersion: v1
            kind: Service
            spec: {selector: {app: cart}, ports: [{port: 80}]}
            """;
    private static final String SLICE =
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            addressType: IPv4
            ports: [{port: 8080}]
            endpoints: [{addresses: [192.168.1.11]}, {addresses: [192.168.2.11]}]
            """;

    private static ObjectNode named(ObjectNode template, String name) {
        var object = template.deepCopy();
        Json.child(object, "metadata")
                .put("name", name)
                .putObject("labels")
                .put("kubernetes.io/service-name", name);
        return object;
    }

    @Test
    void thirtyThousandServicesFitAndAreListedInPages() throws Exception {
        try (var api = EmbeddedApi.start();
                var client = new ApiClient(api.url())) {
            var service = Json.parseYaml(SERVICE).getFirst();
            var slice = Json.parseYaml(SLICE).getFirst();
            for (int i = 0; i < SERVICES; i++) {
                api.objects().create(named(service, "s" + i));
                api.objects().create(named(slice, "s" + i));
            }
            int listed = 0;
            var token = "";
            do {
                var page = client.get("/api/v1/services?limit=500&continue=" + token).body();
                listed += page.path("items").size();
                token = page.at("/metadata/continue").asText("");
            } while (!token.isEmpty());
            assertThat(listed).isEqualTo(SERVICES);
            System.gc();
            var runtime = Runtime.getRuntime();
            long used = runtime.totalMemory() - runtime.freeMemory();
            assertThat(used).isLessThan(512L << 20);
        }
    }
}
