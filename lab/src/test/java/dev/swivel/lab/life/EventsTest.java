package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.fault.Fault;
import dev.swivel.lab.api.store.ResourceTypes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator finds at the objects.
class EventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path directory;

    @Test
    void theStartABadServiceABadSliceAndARepairAreTold() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.startSwivel();
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);

            ObjectNode starting = event(served, "Starting");
            assertThat(starting.path("regarding"))
                    .isEqualTo(
                            starting.objectNode()
                                    .put("apiVersion", "v1")
                                    .put("kind", "Node")
                                    .put("name", "node-1"));
            assertThat(starting.path("metadata").path("namespace").textValue())
                    .isEqualTo("default");
            assertThat(starting.path("metadata").path("name").textValue()).startsWith("node-1.");
            assertThat(starting.path("type").textValue()).isEqualTo("Normal");
            assertThat(starting.path("action").textValue()).isEqualTo("StartKubeProxy");
            assertThat(starting.path("reportingController").textValue()).isEqualTo("kube-proxy");
            assertThat(starting.path("reportingInstance").textValue())
                    .isEqualTo("kube-proxy-node-1");
            assertThat(starting.path("eventTime").textValue())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");

            served.api.putRaw(
                    """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: bad, namespace: default, uid: 11-22}
                    spec: {clusterIP: 10.96.0.77, clusterIPs: [10.96.0.77], ipFamilies: [IPv4], externalIPs: [nonsense], ports: [{port: 80, protocol: TCP}]}
                    """);
            ObjectNode bad = event(served, "InvalidAddress");
            assertThat(bad.path("regarding").path("uid").textValue()).isEqualTo("11-22");
            assertThat(bad.path("regarding").path("name").textValue()).isEqualTo("bad");
            assertThat(bad.path("type").textValue()).isEqualTo("Warning");
            assertThat(bad.path("note").textValue()).contains("nonsense");

            served.api.putRaw(
                    """
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata: {name: bad-1, namespace: default, labels: {kubernetes.io/service-name: web}}
                    addressType: IPv4
                    ports: [{name: http, port: 8080, protocol: TCP}]
                    endpoints: [{addresses: [127.0.0.9]}]
                    """);
            await().atMost(PATIENCE)
                    .until(() ->
                            events(served).stream()
                                    .anyMatch(e ->
                                            e.path("regarding")
                                                            .path("name")
                                                            .textValue()
                                                            .equals("web")
                                                    && e.path("note")
                                                            .textValue()
                                                            .contains("127.0.0.9")));

            served.node().exec("iptables-nft", "-w", "-t", "nat", "-F", "KUBE-SERVICES");
            ObjectNode repaired = event(served, "ProxyRulesRepaired");
            assertThat(repaired.path("regarding").path("kind").textValue()).isEqualTo("Node");
            assertThat(repaired.path("note").textValue()).contains("KUBE-SERVICES");
        }
    }

    @Test
    void whatRepeatsBecomesASeriesAndOneThatWasDeletedBeginsAgain() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.startSwivel();
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            damage(served);
            ObjectNode first = event(served, "ProxyRulesRepaired");
            assertThat(first.has("series")).isFalse();
            damage(served);
            await().atMost(PATIENCE)
                    .until(() ->
                            event(served, "ProxyRulesRepaired").at("/series/count").intValue()
                                    == 2);
            ObjectNode series = event(served, "ProxyRulesRepaired");
            assertThat(series.at("/series/lastObservedTime").textValue())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
            assertThat(series.path("note")).isEqualTo(first.path("note"));

            String name = first.at("/metadata/name").textValue();
            served.api.objects().delete(ResourceTypes.NEW_EVENTS, "default", name);
            damage(served);
            assertThat(event(served, "ProxyRulesRepaired").at("/metadata/name").textValue())
                    .isNotEqualTo(name);
            assertThat(served.logText()).doesNotContain("the API takes no Events");
        }
    }

    private static void damage(ServedCluster served) throws Exception {
        int before = served.syncs();
        served.node().exec("iptables-nft", "-w", "-t", "nat", "-F", "KUBE-SERVICES");
        await().atMost(PATIENCE).until(() -> served.web().run().answered());
        assertThat(served.syncs()).as("of IPv6, which was left alone").isEqualTo(before);
    }

    @Test
    void aHealthCheckPortThatIsTakenIsToldAtItsService() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft");
                var other =
                        served.node()
                                .place()
                                .thread()
                                .call(() -> new java.net.ServerSocket(31999))) {
            assertThat(other.isBound()).isTrue();
            served.api.putRaw(
                    """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: lb, namespace: default}
                    spec: {type: LoadBalancer, clusterIP: 10.96.0.78, clusterIPs: [10.96.0.78], ipFamilies: [IPv4], externalTrafficPolicy: Local, healthCheckNodePort: 31999, ports: [{port: 80, protocol: TCP, nodePort: 30999}]}
                    """);
            served.startSwivel();
            ObjectNode event = event(served, "FailedToStartServiceHealthcheck");
            assertThat(event.path("regarding").path("name").textValue()).isEqualTo("lb");
            assertThat(event.path("action").textValue()).isEqualTo("Listen");
        }
    }

    @Test
    void aServerInTroubleGetsThemLaterAndTheSyncDoesNotWait() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            var overload =
                    served.api
                            .faults()
                            .inject(
                                    request -> request.is("create", ResourceTypes.NEW_EVENTS),
                                    new Fault.Stall());
            served.startSwivel();
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            await().atMost(PATIENCE).until(() -> overload.hits() > 0);
            assertThat(served.web().run().answered()).isTrue();
            assertThat(events(served)).isEmpty();
            overload.close();
            assertThat(event(served, "Starting")).isNotNull();
        }
    }

    @Test
    void withoutPermissionItIsSaidOnceAndNothingElseHappens() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.api
                    .faults()
                    .inject(
                            request -> request.isOn(ResourceTypes.NEW_EVENTS),
                            new Fault.Forbidden());
            served.startSwivel();
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            served.node().exec("iptables-nft", "-w", "-t", "nat", "-F", "KUBE-SERVICES");
            await().atMost(PATIENCE)
                    .until(() ->
                            NodeHttp.get(served.node(), "http://127.0.0.1:10249/metrics")
                                    .body()
                                    .contains("swivel_events_total{result=\"dropped\"} 2"));
            assertThat(served.logText()).containsOnlyOnce("the API takes no Events from us");
            // the Event goes out when the fault is found, before it is mended
            await().atMost(PATIENCE).until(() -> served.web().run().answered());
        }
    }

    private static ObjectNode event(ServedCluster served, String reason) {
        return await().atMost(PATIENCE)
                .until(
                        () ->
                                events(served).stream()
                                        .filter(e -> e.path("reason").textValue().equals(reason))
                                        .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    static List<String> reasons(ServedCluster served) {
        return events(served).stream().map(e -> e.path("reason").textValue()).toList();
    }

    /// In the form of `events.k8s.io/v1`.
    private static List<ObjectNode> events(ServedCluster served) {
        return served.api.objects().list(ResourceTypes.NEW_EVENTS, "");
    }
}
