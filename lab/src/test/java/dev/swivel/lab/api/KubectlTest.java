package dev.swivel.lab.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real `kubectl`, as a person would use it while the demo runs.
@Timeout(120)
class KubectlTest {
    private static final String CLUSTER =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: cart}
            spec:
              type: NodePort
              selector: {app: cart}
              ports: [{name: http, port: 80, targetPort: web, nodePort: 30080}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: cart-1, labels: {kubernetes.io/service-name: cart}}
            addressType: IPv4
            ports: [{name: http, port: 8080}]
            endpoints: [{addresses: [192.168.1.11], nodeName: node-1, conditions: {ready: true}}]
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: node-1}
            spec: {podCIDR: 192.168.1.0/24}
            status: {addresses: [{type: InternalIP, address: 10.128.0.2}]}
            """;

    @TempDir private Path directory;
    private EmbeddedApi api;
    private Path kubeconfig;

    @BeforeEach
    void start() throws Exception {
        api = EmbeddedApi.start();
        kubeconfig = api.writeKubeconfig(directory.resolve("kubeconfig"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Process run(Path output, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        // Its discovery cache would outlive this server.
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("KUBECACHEDIR", directory.resolve("cache").toString());
        builder.environment().put("KUBE_EDITOR", "sed -i s/8080/9090/");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(
                    "this test needs kubectl on the PATH: install it (package kubectl or"
                            + " https://kubernetes.io/docs/tasks/tools/)",
                    e);
        }
    }

    private String kubectl(String... arguments) throws Exception {
        var output = Files.createTempFile(directory, "out", ".txt");
        var process = run(output, arguments);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        var text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    private String failing(String... arguments) throws Exception {
        var output = Files.createTempFile(directory, "out", ".txt");
        var process = run(output, arguments);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        return Files.readString(output);
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "objects", ".yaml"), yaml)
                .toString();
    }

    @Test
    void appliesGetsAndDescribes() throws Exception {
        var cluster = file(CLUSTER);
        assertThat(kubectl("apply", "--dry-run=server", "-f", cluster)).contains("cart created");
        assertThat(kubectl("get", "services")).contains("No resources found");
        assertThat(kubectl("apply", "-f", cluster))
                .isEqualTo(
                        """
                        service/cart created
                        endpointslice.discovery.k8s.io/cart-1 created
                        node/node-1 created
                        """);
        assertThat(kubectl("apply", "-f", cluster)).contains("service/cart unchanged");

        assertThat(kubectl("get", "svc", "-A", "-o", "wide"))
                .containsPattern(
                        "NAMESPACE +NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\\(S\\) +AGE +SELECTOR")
                .containsPattern(
                        "default +cart +NodePort +10\\.96\\.\\S+ +<none> +80:30080/TCP +\\d+s +app=cart");
        assertThat(kubectl("get", "endpointslices"))
                .containsPattern("NAME +ADDRESSTYPE +PORTS +ENDPOINTS +AGE")
                .containsPattern("cart-1 +IPv4 +8080 +192.168.1.11 +\\d+s");
        assertThat(kubectl("get", "nodes"))
                .containsPattern("NAME +STATUS +ROLES +AGE +VERSION")
                .containsPattern("node-1 +Unknown +<none>");
        assertThat(kubectl("get", "svc", "cart", "-o", "yaml")).contains("nodePort: 30080");
        assertThat(kubectl("get", "svc", "cart", "-o", "jsonpath={.spec.type}"))
                .isEqualTo("NodePort");
        assertThat(kubectl("describe", "svc", "cart"))
                .containsPattern("Endpoints: +192.168.1.11:8080");
        assertThat(kubectl("describe", "node", "node-1")).containsPattern("PodCIDR: +192.168.1.0");
        assertThat(kubectl("describe", "endpointslice", "cart-1")).contains("192.168.1.11");
        assertThat(kubectl("get", "ns")).containsPattern("default +Active");
    }

    @Test
    void changesAndDeletes() throws Exception {
        kubectl("apply", "-f", file(CLUSTER));
        kubectl("label", "svc", "cart", "color=blue");
        kubectl("annotate", "svc", "cart", "note=hello");
        assertThat(kubectl("get", "svc", "-l", "color in (blue,red)", "-o", "name"))
                .isEqualTo("service/cart\n");
        assertThat(kubectl("get", "svc", "-l", "!color", "-o", "name")).isEmpty();

        kubectl(
                "patch",
                "svc",
                "cart",
                "-p",
                "{\"spec\":{\"ports\":[{\"port\":80,\"nodePort\":30081}]}}");
        kubectl(
                "patch",
                "svc",
                "cart",
                "--type=merge",
                "-p",
                "{\"spec\":{\"type\":\"LoadBalancer\"}}");
        kubectl(
                "patch",
                "svc",
                "cart",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.1\"}]}}}");
        assertThat(kubectl("get", "svc", "cart"))
                .containsPattern("cart +LoadBalancer +\\S+ +192.0.2.1 +80:30081/TCP");
        assertThat(kubectl("wait", "--for=jsonpath={.spec.type}=LoadBalancer", "svc/cart"))
                .contains("condition met");
        kubectl("edit", "endpointslice", "cart-1");
        assertThat(kubectl("get", "endpointslices")).contains("9090");

        var stale = kubectl("get", "svc", "cart", "-o", "yaml");
        kubectl("replace", "-f", file(stale.replace("color: blue", "color: red")));
        assertThat(failing("replace", "-f", file(stale.replace("color: blue", "color: grey"))))
                .contains("the object has been modified");
        assertThat(failing("get", "svc", "nothing"))
                .isEqualTo("Error from server (NotFound): services \"nothing\" not found\n");

        assertThat(kubectl("delete", "-f", file(CLUSTER))).contains("service \"cart\"");
        assertThat(kubectl("get", "svc,endpointslices,nodes", "-A")).contains("No resources found");
    }

    @Test
    void createsWithTypedClients() throws Exception {
        kubectl("create", "namespace", "shop");
        kubectl("create", "service", "nodeport", "web", "-n", "shop", "--tcp=80:http");
        assertThat(kubectl("get", "svc", "web", "-n", "shop", "-o", "jsonpath={.spec.ports[0]}"))
                .contains("\"targetPort\":\"http\"");
        kubectl("delete", "namespace", "shop");
        assertThat(kubectl("get", "svc", "-A")).contains("No resources found");
    }

    @Test
    void appliesOnTheServerSide() throws Exception {
        var two = CLUSTER.replace("[{name: http,", "[{name: old, port: 81}, {name: http,");
        kubectl("apply", "--server-side", "-f", file(two));
        kubectl("apply", "--server-side", "-f", file(CLUSTER));
        assertThat(kubectl("get", "svc", "cart", "-o", "jsonpath={.spec.ports[*].name}"))
                .isEqualTo("http");
    }

    @Test
    void watches() throws Exception {
        var output = directory.resolve("watch.txt");
        var process = run(output, "get", "svc", "-w", "-o", "name");
        try {
            // Nothing tells from outside that the list was empty and the watch stands.
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> api.requests().count(request -> request.isWatch()) > 0);
            api.objects()
                    .create(
                            """
                            apiVersion: v1
                            kind: Service
                            metadata: {name: cart}
                            spec: {ports: [{port: 80}]}
                            """);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> assertThat(Files.readString(output)).contains("service/cart"));
        } finally {
            process.destroy();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
