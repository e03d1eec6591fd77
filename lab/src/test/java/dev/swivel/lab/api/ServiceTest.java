package dev.swivel.lab.api;

import static dev.swivel.lab.api.ApiClient.SERVICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.api.store.StatusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the API makes of Services: addresses, node ports, and what it refuses.
class ServiceTest {
    private EmbeddedApi api;

    @BeforeEach
    void start() throws Exception {
        api = EmbeddedApi.start();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private JsonNode create(String name, String spec) {
        return api.objects()
                .create(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: %s}
                        spec: %s
                        """
                                .formatted(name, spec))
                .getFirst()
                .path("spec");
    }

    private JsonNode patch(String name, String spec) {
        return api.objects()
                .patch(ResourceTypes.SERVICES, "default", name, "spec: " + spec)
                .path("spec");
    }

    private void refused(String name, String spec, String message) {
        assertThatThrownBy(() -> create(name, spec))
                .isInstanceOf(StatusException.class)
                .hasMessageContaining(message);
    }

    @Test
    void addressesComeFromTheRangesOfBothFamilies() {
        var spec = create("a", "{ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]}");
        assertThat(spec.at("/clusterIPs/0").asText()).startsWith("10.96.");
        assertThat(spec.at("/clusterIPs/1").asText()).startsWith("fd00:10:96::");
        assertThat(spec.path("clusterIP")).isEqualTo(spec.at("/clusterIPs/0"));
        assertThat(spec.path("ipFamilies").toString()).isEqualTo("[\"IPv4\",\"IPv6\"]");

        var six = create("b", "{ipFamilies: [IPv6], ports: [{port: 80}]}");
        assertThat(six.path("clusterIP").asText()).startsWith("fd00:10:96::");
        assertThat(six.path("clusterIPs")).hasSize(1);
    }

    @Test
    void secondFamilyComesAndGoesWithThePolicy() {
        var first = create("a", "{ports: [{port: 80}]}").path("clusterIP");
        var both = patch("a", "{ipFamilyPolicy: RequireDualStack}");
        assertThat(both.path("clusterIPs")).hasSize(2).first().isEqualTo(first);
        var one = patch("a", "{ipFamilyPolicy: SingleStack}");
        assertThat(one.path("clusterIPs")).hasSize(1).first().isEqualTo(first);
        assertThat(one.path("ipFamilies")).hasSize(1);
    }

    @Test
    void namedAddressIsHonouredOnce() {
        assertThat(create("a", "{clusterIP: 10.96.0.10, ports: [{port: 80}]}").path("clusterIP"))
                .hasToString("\"10.96.0.10\"");
        refused("b", "{clusterIP: 10.96.0.10, ports: [{port: 80}]}", "already allocated");
        refused("b", "{clusterIP: 10.10.0.10, ports: [{port: 80}]}", "not in the valid range");
        refused("b", "{clusterIP: nonsense, ports: [{port: 80}]}", "must be a valid IP address");
        api.objects().delete(ResourceTypes.SERVICES, "default", "a");
        create("b", "{clusterIP: 10.96.0.10, ports: [{port: 80}]}");
        assertThatThrownBy(() -> patch("b", "{clusterIP: 10.96.0.11, clusterIPs: [10.96.0.11]}"))
                .hasMessageContaining("may not change once set");
    }

    @Test
    void nodePortsComeAndGoWithTheType() {
        create("a", "{ports: [{port: 80}]}");
        var nodePort = patch("a", "{type: NodePort}").at("/ports/0/nodePort").asInt();
        assertThat(nodePort).isBetween(30000, 32767);
        refused(
                "b",
                "{type: NodePort, ports: [{port: 1, nodePort: %d}]}".formatted(nodePort),
                "provided port is already allocated");
        create(
                "udp",
                "{type: NodePort, ports: [{port: 1, protocol: UDP, nodePort: %d}]}"
                        .formatted(nodePort));
        assertThat(patch("a", "{type: ClusterIP}").at("/ports/0").has("nodePort")).isFalse();
        create("b", "{type: NodePort, ports: [{port: 1, nodePort: %d}]}".formatted(nodePort));
        refused(
                "c",
                "{type: NodePort, ports: [{port: 1, nodePort: 80}]}",
                "The range of valid ports is 30000-32767");
    }

    @Test
    void balancersGetHealthCheckPortsWhenTrafficIsLocal() {
        var spec =
                create(
                        "a",
                        "{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}");
        int check = spec.path("healthCheckNodePort").asInt();
        assertThat(check).isBetween(30000, 32767);
        assertThat(check).isNotEqualTo(spec.at("/ports/0/nodePort").asInt());
        assertThat(patch("a", "{externalTrafficPolicy: Cluster}").has("healthCheckNodePort"))
                .isFalse();
        var without =
                create(
                        "b",
                        "{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 80}]}");
        assertThat(without.at("/ports/0").has("nodePort")).isFalse();
    }

    @Test
    void becomesExternalNameAndBack() {
        create("a", "{ports: [{port: 80}]}");
        var name = patch("a", "{type: ExternalName, externalName: example.com}");
        assertThat(name.has("clusterIP")).isFalse();
        var back = patch("a", "{type: ClusterIP, externalName: null}");
        assertThat(back.path("clusterIP").asText()).startsWith("10.96.");
    }

    @Test
    void replacingWithoutTheAddressKeepsIt() throws Exception {
        var address = create("a", "{type: NodePort, ports: [{port: 80}]}");
        try (var client = new ApiClient(api.url())) {
            var answer =
                    client.send(
                            "PUT",
                            SERVICES + "/a",
                            "application/json",
                            """
                            {"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80}],"novelty":7}}
                            """);
            assertThat(answer.code()).isEqualTo(200);
            var spec = answer.body().path("spec");
            assertThat(spec.path("clusterIPs")).isEqualTo(address.path("clusterIPs"));
            assertThat(spec.path("ports")).isEqualTo(address.path("ports"));
            assertThat(spec.path("novelty").asInt()).as("unknown field").isEqualTo(7);
        }
    }

    @Test
    void dryRunLeavesNoTrace() throws Exception {
        long before = api.revision();
        try (var client = new ApiClient(api.url())) {
            var body =
                    """
                    {"metadata":{"generateName":"a-"},"spec":{"clusterIP":"10.96.0.10","ports":[{"port":80}]}}
                    """;
            var answer = client.post(SERVICES + "?dryRun=All&fieldValidation=Strict", body);
            assertThat(answer.code()).isEqualTo(201);
            assertThat(answer.body().at("/metadata/name").asText()).matches("a-\\w{5}");
            assertThat(api.revision()).isEqualTo(before);
            assertThat(client.post(SERVICES, body).code()).isEqualTo(201);
        }
    }

    @Test
    void everythingWrongIsReportedAtOnce() {
        assertThatThrownBy(() ->
                        create(
                                "a",
                                """
                                {type: Odd, sessionAffinity: Maybe, externalIPs: [x],
                                 loadBalancerSourceRanges: [10.0.0.0/33],
                                 ports: [{port: 80}, {port: 80, name: x}, {port: 70000, name: x}]}\
                                """))
                .hasMessageContaining("spec.type: Unsupported value: \"Odd\"")
                .hasMessageContaining("spec.sessionAffinity: Unsupported value")
                .hasMessageContaining("spec.externalIPs[0]: Invalid value: \"x\"")
                .hasMessageContaining("spec.loadBalancerSourceRanges[0]")
                .hasMessageContaining("spec.ports[0].name: Required value")
                .hasMessageContaining("spec.ports[1]: Duplicate value")
                .hasMessageContaining("spec.ports[2].name: Duplicate value: \"x\"")
                .hasMessageContaining("spec.ports[2].port: Invalid value: 70000");
        refused("Capital", "{ports: [{port: 80}]}", "metadata.name: Invalid value");
        refused("a", "{ports: []}", "spec.ports: Required value");
        assertThat(api.objects().list(ResourceTypes.SERVICES, "")).isEmpty();
    }

    @Test
    void rawObjectsAreServedAsTheyAre() {
        api.putRaw(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: bad}
                spec: {type: Odd, clusterIP: nonsense, ports: [{port: -1, nodePort: 99999}]}
                """);
        var bad = api.objects().get(ResourceTypes.SERVICES, "default", "bad").orElseThrow();
        assertThat(bad.at("/spec/clusterIP").asText()).isEqualTo("nonsense");
        assertThat(bad.path("spec").has("sessionAffinity")).isFalse();
        api.objects().delete(ResourceTypes.SERVICES, "default", "bad");
    }
}
