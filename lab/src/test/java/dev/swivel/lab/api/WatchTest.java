package dev.swivel.lab.api;

import static dev.swivel.lab.api.ApiClient.SERVICES;
import static dev.swivel.lab.api.ApiClient.SLICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.lab.api.store.ResourceTypes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchTest {
    private static final String SLICE =
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: %s, labels: {kubernetes.io/service-name: cart}}
            addressType: IPv4
            """;

    private EmbeddedApi api;
    private ApiClient client;

    @BeforeEach
    void start() throws Exception {
        api =
                EmbeddedApi.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new EmbeddedApi.Options(8, Duration.ofMillis(200)));
        client = new ApiClient(api.url());
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    private void label(String slice, String labels) {
        api.objects()
                .patch(
                        ResourceTypes.ENDPOINT_SLICES,
                        "default",
                        slice,
                        "metadata: {labels: %s}".formatted(labels));
    }

    private static void expect(JsonNode event, String type, String name, long generation) {
        assertThat(event.path("type").asText()).isEqualTo(type);
        assertThat(event.at("/object/metadata/name").asText()).isEqualTo(name);
        assertThat(event.at("/object/metadata/generation").asLong()).isEqualTo(generation);
    }

    @Test
    void objectsThatLeaveTheSelectionAreDeletedAndComeBackAsAdded() throws Exception {
        api.objects().create(SLICE.formatted("cart-1"));
        long from = api.revision();
        var path =
                "%s?resourceVersion=%d&labelSelector=!service.kubernetes.io/headless"
                        .formatted(SLICES, from);
        try (var watch = client.watch(path)) {
            label("cart-1", "{color: blue}");
            label("cart-1", "{service.kubernetes.io/headless: ''}");
            label("cart-1", "{service.kubernetes.io/headless: null}");
            api.objects().delete(ResourceTypes.ENDPOINT_SLICES, "default", "cart-1");

            expect(watch.next(), "MODIFIED", "cart-1", 2);
            var deleted = watch.next();
            // The last state that was selected, under the version in which it stopped to be.
            expect(deleted, "DELETED", "cart-1", 2);
            assertThat(deleted.at("/object/metadata/resourceVersion").asLong()).isEqualTo(from + 2);
            expect(watch.next(), "ADDED", "cart-1", 4);
            var gone = watch.next();
            expect(gone, "DELETED", "cart-1", 4);
            assertThat(gone.at("/object/metadata/resourceVersion").asLong()).isEqualTo(from + 4);
            assertThat(gone.at("/object/endpoints").isNull()).isTrue();
        }
    }

    @Test
    void streamingListEndsWithBookmark() throws Exception {
        api.objects().create(SLICE.formatted("cart-1"));
        var path =
                SLICES
                        + "?sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                        + "&allowWatchBookmarks=true";
        try (var watch = client.watch(path)) {
            expect(watch.next(), "ADDED", "cart-1", 1);
            var bookmark = watch.next();
            assertThat(bookmark.toString())
                    .isEqualTo(
                            """
                            {"type":"BOOKMARK","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",\
                            "metadata":{"resourceVersion":"%d","annotations":{"k8s.io/initial-events-end":"true"}},\
                            "addressType":"","endpoints":null,"ports":null}}\
                            """
                                    .formatted(api.revision()));
        }
    }

    @Test
    void bookmarksTellTheRevisionOfTheWholeStore() throws Exception {
        var path = SERVICES + "?allowWatchBookmarks=true&resourceVersion=" + api.revision();
        try (var watch = client.watch(path)) {
            api.objects().create(SLICE.formatted("other-kind"));
            JsonNode event;
            do {
                event = watch.next();
                assertThat(event.path("type").asText()).isEqualTo("BOOKMARK");
            } while (event.at("/object/metadata/resourceVersion").asLong() < api.revision());
        }
    }

    @Test
    void historyThatIsForgottenIsGone() throws Exception {
        long from = api.revision();
        for (int i = 0; i < 9; i++) {
            api.objects().create(SLICE.formatted("s" + i));
        }
        expectGone(SLICES + "?resourceVersion=" + from);
        // The ring holds eight: from the first creation on, all is there.
        try (var watch = client.watch(SLICES + "?resourceVersion=" + (from + 1))) {
            expect(watch.next(), "ADDED", "s1", 1);
        }
        api.compactTo(api.revision());
        expectGone(SLICES + "?resourceVersion=" + (from + 1));
    }

    private void expectGone(String path) throws Exception {
        try (var watch = client.watch(path)) {
            var event = watch.next();
            assertThat(event.path("type").asText()).isEqualTo("ERROR");
            assertThat(event.at("/object/code").asInt()).isEqualTo(410);
            assertThat(event.at("/object/reason").asText()).isEqualTo("Expired");
            assertThat(event.at("/object/message").asText())
                    .startsWith("too old resource version: ");
            assertThatThrownBy(watch::next).isInstanceOf(IOException.class);
        }
    }

    @Test
    void watchFromTheFutureIsSilentUntilThen() throws Exception {
        long future = api.revision() + 2;
        try (var watch = client.watch(SLICES + "?resourceVersion=" + future)) {
            for (String name : new String[] {"now", "then", "later"}) {
                api.objects().create(SLICE.formatted(name));
            }
            expect(watch.next(), "ADDED", "later", 1);
        }
    }

    @Test
    void watchEndsInGoodOrderWhenItsTimeIsUp() throws Exception {
        try (var watch = client.watch(SLICES + "?timeoutSeconds=1")) {
            assertThat(watch.lines().readLine()).isNull();
        }
    }

    @Test
    void restoredServerCountsFromItsBackupAndEndsWatches() throws Exception {
        long backup = api.revision();
        api.objects().create(SLICE.formatted("cart-1"));
        try (var watch = client.watch(SLICES + "?resourceVersion=" + api.revision())) {
            api.restartAt(backup);
            assertThat(watch.lines().readLine()).isNull();
        }
        var list = client.get(SLICES).body();
        assertThat(list.at("/metadata/resourceVersion").asLong()).isEqualTo(backup);
        assertThat(list.at("/items/0/metadata/resourceVersion").asLong()).isEqualTo(backup);
        assertThat(client.get(SLICES + "?resourceVersion=" + (backup + 1)).code()).isEqualTo(504);
    }

    @Test
    void eventsArriveWhileTheyAreFresh() throws Exception {
        api.objects().create(SLICE.formatted("cart-1"));
        try (var watch = client.watch(SLICES + "?resourceVersion=" + api.revision())) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 200; i++) {
                long start = System.nanoTime();
                label("cart-1", "{round: '%d'}".formatted(i));
                watch.next();
                best = Math.min(best, System.nanoTime() - start);
            }
            // The least of many, so that a busy machine does not matter: Nagle's 40 ms would show.
            assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(5));
        }
    }
}
