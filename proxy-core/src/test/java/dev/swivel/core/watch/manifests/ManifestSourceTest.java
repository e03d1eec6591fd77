package dev.swivel.core.watch.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.core.fixture.Recorder;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.Service.Port;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterEvent.Connected;
import dev.swivel.core.watch.ClusterEvent.Disconnected;
import dev.swivel.core.watch.ClusterEvent.ListSynced;
import dev.swivel.core.watch.ClusterEvent.ServiceChanged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestSourceTest {
    private static final String CART =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: cart, namespace: shop}
            spec:
              clusterIP: 10.96.0.10
              ports: [{port: 80, targetPort: 8080}]
            """;
    private static final String CART_SLICE =
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: cart-1, namespace: shop, labels: {kubernetes.io/service-name: cart}}
            addressType: IPv4
            ports: [{port: 8080}]
            endpoints: [{addresses: [192.168.1.11], nodeName: node-1}]
            """;

    @TempDir Path folder;
    private final Recorder seen = new Recorder();
    private ManifestSource source;

    @BeforeEach
    void make() {
        source = new ManifestSource(folder, "node-1", true);
    }

    @AfterEach
    void close() {
        source.close();
    }

    private void write(String file, String text) throws IOException {
        Path half = folder.resolve("." + file + ".tmp");
        Files.writeString(half, text);
        Files.move(half, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private void startSynced() {
        source.start(seen);
        soon(() -> assertThat(seen.isSynced()).isTrue());
    }

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion);
    }

    private List<String> messages() {
        return seen.problems().stream().map(Problem::message).toList();
    }

    @Test
    void objectsAsUsersWriteThemGetTheDefaultsOfTheApi() throws IOException {
        write("a.yaml", CART + "---\n" + CART_SLICE);
        write("b.yml", CART.replace("namespace: shop", "").replace("0.10", "0.11"));
        startSynced();
        assertThat(seen.services()).containsOnlyKeys("shop/cart", "default/cart");
        assertThat(seen.services().get("shop/cart").ports())
                .containsExactly(new Port("", Protocol.TCP, 80, 0));
        var slice = seen.slices().get("shop/cart cart-1");
        assertThat(slice.ports()).extracting("name").containsExactly("");
        assertThat(slice.endpoints()).extracting("local").containsExactly(true);
        assertThat(seen.problems()).isEmpty();
    }

    @Test
    void listsSyncAfterTheObjectsAndConnectOnce() throws IOException {
        write("a.yaml", CART);
        startSynced();
        soon(() -> assertThat(seen.events(Connected.class)).hasSize(1));
        List<ClusterEvent> events = seen.events();
        assertThat(events.getFirst()).isInstanceOf(ServiceChanged.class);
        assertThat(events.subList(1, 4)).allMatch(ListSynced.class::isInstance);
    }

    @Test
    void emptyFolderSyncs() {
        startSynced();
        assertThat(seen.services()).isEmpty();
    }

    @Test
    void jsonListsAndOtherKinds() throws IOException {
        write(
                "all.json",
                """
                {"apiVersion": "v1", "kind": "List", "items": [
                  {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "one"},
                   "spec": {"clusterIP": "10.96.0.1", "ports": [{"port": 1}]}},
                  {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}]}
                """);
        write(
                "typed.yaml",
                """
                apiVersion: v1
                kind: ServiceList
                items:
                - {metadata: {name: two}, spec: {clusterIP: 10.96.0.2, ports: [{port: 1}]}}
                """);
        write(
                "nodes.yaml",
                """
                apiVersion: v1
                kind: Node
                metadata: {name: node-1, labels: {topology.kubernetes.io/zone: a}}
                ---
                apiVersion: v1
                kind: Node
                metadata: {name: node-2}
                """);
        Files.writeString(folder.resolve("notes.txt"), CART);
        startSynced();
        assertThat(seen.services()).containsOnlyKeys("default/one", "default/two");
        assertThat(seen.nodes()).containsOnlyKeys("node-1");
        assertThat(seen.problems()).isEmpty();
    }

    @Test
    void changesAndDeletionsAreFollowed() throws IOException {
        write("a.yaml", CART);
        startSynced();
        write("b.yaml", CART_SLICE);
        soon(() -> assertThat(seen.slices()).hasSize(1));
        write("a.yaml", CART.replace("port: 80", "port: 81"));
        soon(() ->
                assertThat(seen.services().get("shop/cart").ports())
                        .extracting(Port::port)
                        .containsExactly(81));
        Files.delete(folder.resolve("a.yaml"));
        Files.delete(folder.resolve("b.yaml"));
        soon(() -> assertThat(seen.services()).isEmpty());
        soon(() -> assertThat(seen.slices()).isEmpty());
    }

    @Test
    void changeOfOneFileSendsNothingElseAgain() throws IOException {
        write("a.yaml", CART);
        write("b.yaml", CART.replace("name: cart", "name: other"));
        startSynced();
        write("b.yaml", CART.replace("name: cart", "name: other").replace("80", "90"));
        soon(() -> assertThat(seen.events(ServiceChanged.class)).hasSize(3));
        assertThat(seen.events(ServiceChanged.class).getLast().service().name().name())
                .isEqualTo("other");
    }

    @Test
    void halfWrittenFileTakesNothingAwayAndIsNamedWithItsLine() throws IOException {
        write("a.yaml", CART + "---\n" + CART_SLICE);
        startSynced();
        write("a.yaml", CART + "---\n  kind: [unclosed\nx: y: z");
        soon(() -> assertThat(messages()).hasSize(1));
        assertThat(messages().getFirst()).contains("a.yaml").containsPattern("line \\d+");
        assertThat(seen.services()).hasSize(1);
        assertThat(seen.slices()).hasSize(1);
        write("a.yaml", CART);
        soon(() -> assertThat(messages()).isEmpty());
        soon(() -> assertThat(seen.slices()).isEmpty());
        assertThat(seen.services()).hasSize(1);
    }

    @Test
    void valueOfTheWrongTypeCostsThatObjectOnly() throws IOException {
        String other = CART.replace("name: cart", "name: other");
        write("a.yaml", CART.replace("port: 80", "port: {}") + "---\n" + other);
        startSynced();
        assertThat(seen.services()).containsOnlyKeys("shop/other");
        assertThat(messages())
                .singleElement()
                .asString()
                .contains("shop/cart", "spec.ports[0].port");
        write("a.yaml", CART + "---\n" + other);
        soon(() -> assertThat(seen.services()).hasSize(2));
        write("a.yaml", CART.replace("port: 80", "port: {}"));
        soon(() -> assertThat(seen.services()).containsOnlyKeys("shop/cart"));
    }

    @Test
    void objectInTwoFilesIsTheFirstFiles() throws IOException {
        write("b.yaml", CART.replace("port: 80", "port: 81"));
        write("a.yaml", CART);
        startSynced();
        assertThat(seen.services().get("shop/cart").ports()).extracting("port").containsExactly(80);
        assertThat(messages()).singleElement().asString().contains("b.yaml", "a.yaml", "shop/cart");
        Files.delete(folder.resolve("a.yaml"));
        soon(() ->
                assertThat(seen.services().get("shop/cart").ports())
                        .extracting("port")
                        .containsExactly(81));
        soon(() -> assertThat(messages()).isEmpty());
    }

    @Test
    void problemsOfAnObjectComeAndGo() throws IOException {
        write("a.yaml", CART.replace("10.96.0.10", "''"));
        startSynced();
        assertThat(seen.problems()).extracting(Problem::reason).containsExactly("NoClusterIP");
        write("a.yaml", CART);
        soon(() -> assertThat(seen.services()).hasSize(1));
        soon(() -> assertThat(seen.problems()).isEmpty());
    }

    @Test
    void mountedConfigMapIsFollowedThroughTheSwapOfItsLink() throws IOException {
        Path first = Files.createDirectory(folder.resolve("..2026_1"));
        Path second = Files.createDirectory(folder.resolve("..2026_2"));
        Files.writeString(first.resolve("a.yaml"), CART);
        Files.writeString(second.resolve("a.yaml"), CART.replace("port: 80", "port: 81"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_1"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));
        startSynced();
        assertThat(seen.services().get("shop/cart").ports()).extracting("port").containsExactly(80);
        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2026_2"));
        Files.move(
                folder.resolve("..data_tmp"),
                folder.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE);
        soon(() ->
                assertThat(seen.services().get("shop/cart").ports())
                        .extracting("port")
                        .containsExactly(81));
    }

    @Test
    void missingFolderIsOneOutageAndServesOnceItIsThere() throws IOException {
        Path later = folder.resolve("later");
        source = new ManifestSource(later, "node-1", true);
        source.start(seen);
        soon(() -> assertThat(seen.events(Disconnected.class)).hasSize(1));
        assertThat(seen.events(Disconnected.class))
                .containsExactly(
                        new Disconnected(later + " cannot be read: there is no such file"));
        assertThat(seen.isSynced()).isFalse();
        Files.createDirectory(later);
        Files.writeString(later.resolve("a.yaml"), CART);
        soon(() -> assertThat(seen.services()).hasSize(1));
        soon(() -> assertThat(seen.isSynced()).isTrue());
        assertThat(seen.events(Disconnected.class)).hasSize(1);
    }

    @Test
    void removedFolderKeepsWhatItSaid() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.writeString(inner.resolve("a.yaml"), CART);
        source = new ManifestSource(inner, "node-1", true);
        startSynced();
        Files.move(inner, folder.resolve("away"));
        soon(() -> assertThat(seen.events(Disconnected.class)).hasSize(1));
        assertThat(seen.services()).hasSize(1);
        Files.move(folder.resolve("away"), inner);
        soon(() -> assertThat(seen.events(Connected.class)).hasSize(2));
        assertThat(seen.services()).hasSize(1);
    }

    @Test
    void garbageFilesAreReportedAndNothingStops() throws IOException {
        Files.write(folder.resolve("binary.yaml"), new byte[] {0, 1, 2, (byte) 0xff, (byte) 0xfe});
        write("scalar.yaml", "just words");
        write("deep.json", "[".repeat(20_000));
        write("empty.yaml", "");
        write("nameless.yaml", CART.replace("name: cart,", ""));
        write("good.yaml", CART);
        startSynced();
        assertThat(seen.services()).containsOnlyKeys("shop/cart");
        assertThat(messages()).hasSize(4);
    }

    @Test
    void closeEndsTheThread() throws IOException {
        write("a.yaml", CART);
        startSynced();
        source.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().equals("swivel-manifests") && t.isAlive());
        int events = seen.events().size();
        write("b.yaml", CART_SLICE);
        assertThat(seen.events()).hasSize(events);
    }
}
