package dev.swivel.lab.api;

import static dev.swivel.lab.api.ApiClient.SERVICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.swivel.lab.api.fault.Fault;
import dev.swivel.lab.api.store.ResourceTypes;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultTest {
    private EmbeddedApi api;
    private ApiClient client;

    @BeforeEach
    void start() throws Exception {
        api = EmbeddedApi.start();
        client = new ApiClient(api.url());
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    private void createService(String name) {
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

    @Test
    void refusalsStrikeAsOftenAsTold() throws Exception {
        api.faults().inject(r -> r.is("list", ResourceTypes.SERVICES), new Fault.ServerError(), 1);
        assertThat(client.get(SERVICES).code()).isEqualTo(500);
        assertThat(client.get(SERVICES).code()).isEqualTo(200);

        try (var busy =
                api.faults()
                        .inject(
                                r -> r.userAgent().equals("test"),
                                new Fault.TooManyRequests(Duration.ofSeconds(3)))) {
            var answer = client.get(SERVICES);
            assertThat(answer.code()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
            assertThat(busy.hits()).isEqualTo(1);
        }
        try (var _ = api.faults().inject(r -> r.isOn(ResourceTypes.NODES), new Fault.Forbidden())) {
            assertThat(client.get("/api/v1/nodes").code()).isEqualTo(403);
            assertThat(client.get(SERVICES).code()).isEqualTo(200);
        }
        try (var _ = api.faults().inject(r -> r.verb().equals("list"), new Fault.Gone())) {
            assertThat(client.get(SERVICES).code()).isEqualTo(410);
        }
        assertThat(client.get(SERVICES).code()).isEqualTo(200);
    }

    @Test
    void refusedWriteIsRefusedBeforeItsBodyMatters() throws Exception {
        api.faults().inject(r -> r.verb().equals("create"), new Fault.ServerError(), 1);
        var body = "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"ports\":[{\"port\":80}]}}";
        assertThat(client.post(SERVICES, body).code()).isEqualTo(500);
        assertThat(client.post(SERVICES, body).code()).isEqualTo(201);
    }

    @Test
    void connectionsDrop() {
        try (var _ = api.faults().inject(r -> true, new Fault.DropConnection())) {
            assertThatThrownBy(() -> client.get(SERVICES)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void stalledRequestSaysNothingUntilTheFaultIsOver() throws Exception {
        var stall = api.faults().inject(r -> true, new Fault.Stall());
        var answer =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return "code " + client.get(SERVICES).code();
                    } catch (IOException | InterruptedException e) {
                        return "cut";
                    }
                });
        assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        // The JDK's client sends a GET once more on a new connection when one was cut.
        stall.close();
        assertThat(answer.get(10, TimeUnit.SECONDS)).isIn("cut", "code 200");
    }

    @Test
    void runningWatchIsStruckAtItsNextEvent() throws Exception {
        try (var watch = client.watch(SERVICES)) {
            api.faults().inject(r -> r.isWatch(), new Fault.UnknownEventType(), 1);
            createService("a");
            assertThat(watch.next().path("type").asText()).isEqualTo("TRANSMOGRIFIED");
            api.faults().inject(r -> r.isWatch(), new Fault.MalformedEvent(), 1);
            createService("b");
            assertThatThrownBy(watch::next).hasMessageContaining("Unexpected");
            api.faults().inject(r -> r.isWatch(), new Fault.TruncatedEvent(), 1);
            createService("c");
            assertThatThrownBy(
                            () -> {
                                watch.next();
                                watch.next();
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void watchesEndAtOnce() throws Exception {
        try (var _ = api.faults().inject(r -> r.isWatch(), new Fault.EndWatch());
                var watch = client.watch(SERVICES)) {
            assertThat(watch.lines().readLine()).isNull();
        }
        try (var _ = api.faults().inject(r -> r.isWatch(), new Fault.Gone());
                var watch = client.watch(SERVICES)) {
            assertThat(watch.next().at("/object/code").asInt()).isEqualTo(410);
        }
    }

    @Test
    void refusingListenerComesBackAtItsPort() throws Exception {
        createService("a");
        try (var watch = client.watch(SERVICES)) {
            watch.next();
            api.listener().refuse();
            assertThatThrownBy(watch::next).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> client.get(SERVICES)).isInstanceOf(ConnectException.class);
        api.listener().reopen();
        assertThat(client.get(SERVICES).code()).isEqualTo(200);
    }

    @Test
    void requestsAreNoted() throws Exception {
        client.get(SERVICES + "?limit=7");
        assertThat(api.requests().latest())
                .anySatisfy(request -> {
                    assertThat(request.method()).isEqualTo("GET");
                    assertThat(request.verb()).isEqualTo("list");
                    assertThat(request.path()).isEqualTo(SERVICES);
                    assertThat(request.query()).containsEntry("limit", "7");
                    assertThat(request.userAgent()).isEqualTo("test");
                });
    }
}
