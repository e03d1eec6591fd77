package dev.swivel.lab.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.api.store.ResourceTypes;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The client that Swivel uses, set up as Swivel sets it up.
@Timeout(60)
class Fabric8InformerTest {
    private EmbeddedApi api;
    private KubernetesClient client;
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        api = EmbeddedApi.start();
        var config =
                new ConfigBuilder()
                        .withMasterUrl(api.url())
                        .withOnlyHttpWatches(true)
                        .withHttp2Disable(true)
                        .withWatchReconnectInterval(50)
                        .withRequestRetryBackoffInterval(50)
                        .build();
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    private final class Recorder implements ResourceEventHandler<Service> {
        @Override
        public void onAdd(Service service) {
            seen.add("+" + service.getMetadata().getName());
        }

        @Override
        public void onUpdate(Service before, Service after) {
            var same =
                    before.getMetadata()
                            .getResourceVersion()
                            .equals(after.getMetadata().getResourceVersion());
            if (!same) {
                seen.add("~" + after.getMetadata().getName());
            }
        }

        @Override
        public void onDelete(Service service, boolean unknown) {
            seen.add("-" + service.getMetadata().getName());
        }
    }

    private void create(String name) {
        api.objects()
                .create(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: %s}
                        spec: {ports: [{port: 80}]}
                        """
                                .formatted(name));
    }

    private void expect(String... events) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(seen).containsExactly(events));
    }

    @Test
    void informerFollows() throws Exception {
        create("a");
        create("b");
        try (var _ =
                client.services()
                        .inAnyNamespace()
                        .withoutLabel("service.kubernetes.io/service-proxy-name")
                        .withLimit(1L)
                        .inform(new Recorder())) {
            expect("+a", "+b");
            api.objects()
                    .patch(
                            ResourceTypes.SERVICES,
                            "default",
                            "a",
                            "metadata: {labels: {service.kubernetes.io/service-proxy-name: x}}");
            expect("+a", "+b", "-a");
            api.endWatches();
            create("c");
            expect("+a", "+b", "-a", "+c");
        }
    }

    @Test
    void informerListsAgainWhenItsVersionIsGone() throws Exception {
        create("a");
        try (var _ = client.services().inAnyNamespace().inform(new Recorder())) {
            expect("+a");
            long lists = lists();
            api.listener().refuse();
            create("b");
            api.objects().delete(ResourceTypes.SERVICES, "default", "a");
            api.compactTo(api.revision());
            api.listener().reopen();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(seen).containsExactlyInAnyOrder("+a", "+b", "-a"));
            assertThat(lists()).isGreaterThan(lists);
        }
    }

    private long lists() {
        return api.requests().count(r -> r.is("list", ResourceTypes.SERVICES));
    }

    @Test
    void clientWrites() {
        create("a");
        client.services()
                .inNamespace("default")
                .withName("a")
                .edit(service -> {
                    service.getSpec().setType("NodePort");
                    return service;
                });
        var changed = api.objects().get(ResourceTypes.SERVICES, "default", "a").orElseThrow();
        assertThat(changed.at("/spec/ports/0/nodePort").asInt()).isBetween(30000, 32767);
        client.services().inNamespace("default").withName("a").delete();
        assertThat(api.objects().list(ResourceTypes.SERVICES, "")).isEmpty();
    }
}
