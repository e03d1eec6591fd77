package dev.swivel.lab.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.config.ProxyConfig.ClientConnection;
import dev.swivel.core.fixture.Recorder;
import dev.swivel.core.watch.api.ApiConnection;
import dev.swivel.core.watch.api.ApiSource;
import dev.swivel.core.watch.api.KubeClients;
import dev.swivel.core.watch.decode.Decoder;
import dev.swivel.lab.api.EmbeddedApi;
import dev.swivel.lab.api.store.ResourceTypes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.core.ThrowingRunnable;
import org.slf4j.LoggerFactory;

/// An embedded API, a source that follows it as node-1, and what the source said and logged.
final class Watched implements AutoCloseable {
    final EmbeddedApi api;
    final Recorder heard = new Recorder();
    private final ApiConnection connection;
    private final ApiSource source;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.swivel.core.watch.api");

    private Watched(Duration patience, Duration bookmarks) throws IOException {
        ((Logger) LoggerFactory.getLogger(ApiSource.NOISY_LOGGER)).setLevel(Level.OFF);
        log.start();
        logger.addAppender(log);
        api =
                EmbeddedApi.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new EmbeddedApi.Options(10_000, bookmarks));
        connection = new KubeClients().connect(new ClientConnection("", api.url(), 5, 10), "test");
        source = new ApiSource(connection, "node-1", true, patience);
    }

    static Watched open() throws IOException {
        return new Watched(Duration.ofMinutes(10), Duration.ofMinutes(1));
    }

    /// @param patience how long the source bears silence
    static Watched impatient(Duration patience) throws IOException {
        return new Watched(patience, patience.dividedBy(5));
    }

    void start() {
        source.start(heard);
    }

    void startSynced() {
        start();
        soon(() -> assertThat(heard.isSynced()).isTrue());
        soonAgrees();
    }

    static void soon(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(assertion);
    }

    /// Waits until the source knows what the server has, decoded, no more and no less.
    void soonAgrees() {
        soon(this::assertAgrees);
    }

    private void assertAgrees() {
        Decoder decoder = new Decoder("node-1", true);
        Map<String, Object> services = new TreeMap<>();
        for (JsonNode object : objects(ResourceTypes.SERVICES)) {
            decoder.service(object)
                    .value()
                    .ifPresent(service -> services.put(service.name().toString(), service));
        }
        Map<String, Object> slices = new TreeMap<>();
        for (JsonNode object : objects(ResourceTypes.ENDPOINT_SLICES)) {
            decoder.slice(object)
                    .value()
                    .ifPresent(slice -> slices.put(slice.service() + " " + slice.name(), slice));
        }
        assertThat(heard.services()).isEqualTo(services);
        assertThat(heard.slices()).isEqualTo(slices);
    }

    private List<JsonNode> objects(dev.swivel.lab.api.store.ResourceType type) {
        return List.copyOf(api.objects().list(type, ""));
    }

    /// Messages logged as errors: one per outage.
    List<String> errors() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    void service(String name, String spec) {
        api.objects()
                .apply(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: %s, namespace: default}
                        spec: {%s}
                        """
                                .formatted(name, spec));
    }

    void service(String name, int port) {
        service(name, "ports: [{port: " + port + "}]");
    }

    void slice(String service, String address) {
        api.objects()
                .apply(
                        """
                        apiVersion: discovery.k8s.io/v1
                        kind: EndpointSlice
                        metadata: {name: %1$s-1, namespace: default, labels: {kubernetes.io/service-name: %1$s}}
                        addressType: IPv4
                        ports: [{name: "", port: 8080, protocol: TCP}]
                        endpoints: [{addresses: [%2$s], nodeName: node-1}]
                        """
                                .formatted(service, address));
    }

    void closeSource() {
        source.close();
    }

    @Override
    public void close() {
        source.close();
        connection.close();
        api.close();
        logger.detachAppender(log);
    }
}
