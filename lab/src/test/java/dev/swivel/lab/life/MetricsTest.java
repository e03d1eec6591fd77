package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.life.NodeHttp.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a Prometheus, and a person with curl, find at the metrics address.
class MetricsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String METRICS = "http://127.0.0.1:10249";
    private static final Path GOLDEN = Path.of("src/test/resources/scrape.txt");

    @TempDir Path directory;

    /// Names, types, help, labels and buckets: everything but the values. `-Dgolden.update=true`
    /// writes the file anew.
    @Test
    void theScrapeHasWhatDashboardsAndAlertsForKubeProxyAskFor() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.startSwivel();
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            String trigger =
                    "metadata: {annotations: {endpoints.kubernetes.io/last-change-trigger-time: '%s'}}\n"
                            .formatted(Instant.now());
            served.api
                    .objects()
                    .patch(
                            ResourceTypes.ENDPOINT_SLICES,
                            "default",
                            "web-1",
                            trigger + "endpoints: [{addresses: [192.168.1.13], nodeName: node-1}]");
            NodeHttp.get(served.node(), "http://127.0.0.1:10256/healthz");
            NodeHttp.get(served.node(), "http://127.0.0.1:10256/livez");
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(scrape(served))
                                    .contains(
                                            "kubeproxy_network_programming_duration_seconds_count{ip_family=\"IPv4\"} 1\n",
                                            "rest_client_request_duration_seconds_bucket{host=\"10.128.0.1:6443\",verb=\"POST\""));
            Answer answer = NodeHttp.get(served.node(), METRICS + "/metrics");
            assertThat(answer.type()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            String shape = shape(answer.body());
            if (Boolean.getBoolean("golden.update")) {
                Files.writeString(GOLDEN, shape);
            }
            assertThat(shape).isEqualTo(Files.readString(GOLDEN));
            assertThat(answer.body())
                    .containsPattern(
                            "kubeproxy_sync_proxy_rules_last_timestamp_seconds\\{ip_family=\"IPv4\"} 1\\.\\d+e\\+09\n")
                    .contains("swivel_watch_connected{kind=\"EndpointSlice\"} 1\n")
                    .contains("swivel_model_objects{kind=\"Service\"} 1\n");
            kubernetesMixin(answer.body());
            for (String table : List.of("nat", "filter")) {
                long inTheKernel =
                        served.node()
                                .exec("iptables-nft-save", "-t", table)
                                .text()
                                .lines()
                                .filter(line -> line.startsWith("-A") && line.contains("KUBE-"))
                                .count();
                assertThat(answer.body())
                        .contains(
                                "kubeproxy_sync_proxy_rules_iptables_total{ip_family=\"IPv4\",table=\"%s\"} %d\n"
                                        .formatted(table, inTheKernel));
            }
            nodePortsOfLocalhostAreCounted(served);
        }
    }

    /// The series of the dashboard "Kubernetes / Proxy" and of the alerts for all components.
    private static void kubernetesMixin(String scrape) {
        assertThat(
                        List.of(
                                "kubeproxy_sync_proxy_rules_duration_seconds_count{",
                                "kubeproxy_sync_proxy_rules_duration_seconds_bucket{",
                                "kubeproxy_network_programming_duration_seconds_count{",
                                "kubeproxy_network_programming_duration_seconds_bucket{",
                                "rest_client_requests_total{code=\"200\"",
                                "rest_client_requests_total{code=\"201\"",
                                "rest_client_request_duration_seconds_bucket{host=\"10.128.0.1:6443\",verb=\"POST\",le=",
                                "rest_client_request_duration_seconds_bucket{host=\"10.128.0.1:6443\",verb=\"GET\",le=",
                                "process_resident_memory_bytes ",
                                "process_cpu_seconds_total ",
                                "go_goroutines ",
                                "kubernetes_build_info{"))
                .allSatisfy(series -> assertThat(scrape).contains("\n" + series));
        assertThat(scrape).containsPattern("git_version=\"v1\\.36\\.");
    }

    private static void nodePortsOfLocalhostAreCounted(ServedCluster served) throws Exception {
        served.api
                .objects()
                .patch(
                        ResourceTypes.SERVICES,
                        "default",
                        "web",
                        "spec: {type: NodePort, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]}");
        await().atMost(PATIENCE)
                .until(() -> served.node().tcp("127.0.0.1", 30080).run().answered());
        long answered = counted(served);
        assertThat(answered).isPositive();
        assertThat(served.node().tcp("10.128.0.2", 30080).run().answered()).isTrue();
        assertThat(counted(served)).as("others are not counted").isEqualTo(answered);
    }

    private static long counted(ServedCluster served) throws Exception {
        String series = "kubeproxy_iptables_localhost_nodeports_accepted_packets_total ";
        return scrape(served)
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
                .sum();
    }

    private static String scrape(ServedCluster served) throws Exception {
        return NodeHttp.get(served.node(), METRICS + "/metrics").body();
    }

    private static String shape(String scrape) {
        StringBuilder shape = new StringBuilder();
        scrape.lines()
                .map(line -> line.startsWith("#") ? line : line.substring(0, line.lastIndexOf(' ')))
                .map(line ->
                        line.startsWith("kubernetes_build_info")
                                ? line.replaceAll("=\"[^\"]*\"", "=\"\"")
                                : line)
                .forEach(line -> shape.append(line).append('\n'));
        return shape.toString();
    }

    @Test
    void theOtherPagesAreKubeProxys() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.startSwivel("--feature-gates=NativeHistograms=true");
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            assertThat(get(served, "/healthz").body()).isEqualTo("ok");
            assertThat(get(served, "/healthz?verbose").body()).contains("[+]ping ok");
            assertThat(get(served, "/metrics/slis").body())
                    .contains(
                            "kubernetes_healthcheck{name=\"ping\",type=\"healthz\"} 1\n",
                            "kubernetes_healthchecks_total{name=\"ping\",status=\"success\",type=\"healthz\"} 2\n");
            assertThat(
                            NodeHttp.ask(
                                            served.node(),
                                            "DELETE",
                                            METRICS + "/metrics/slis",
                                            Map.of())
                                    .code())
                    .isEqualTo(200);
            assertThat(get(served, "/metrics/slis").body()).isEmpty();
            assertThat(get(served, "/proxyMode"))
                    .isEqualTo(new Answer(200, "text/plain; charset=utf-8", "nosniff", "iptables"));
            JsonNode config =
                    new ObjectMapper()
                            .readTree(get(served, "/configz").body())
                            .get("kubeproxy.config.k8s.io");
            assertThat(config.get("kind").textValue()).isEqualTo("KubeProxyConfiguration");
            assertThat(config.get("clusterCIDR").textValue()).isEqualTo("192.168.0.0/16");
            assertThat(config.at("/conntrack/tcpEstablishedTimeout").textValue())
                    .isEqualTo("24h0m0s");
            assertThat(get(served, "/flagz").body())
                    .startsWith("\nkube-proxy flagz\nWarning: ")
                    .contains("\ncluster-cidr=192.168.0.0/16\n", "\nhostname-override=node-1\n");
            assertThat(get(served, "/statusz").body())
                    .startsWith("\nkube-proxy statusz\nWarning: ")
                    .contains("\nStarted: ", "\nUp: 0 hr 00 min ", "\nSource: connected\n")
                    .contains("Paths: /configz /flagz /healthz /healthz/ping /metrics");
            Answer structured =
                    NodeHttp.ask(
                            served.node(),
                            "GET",
                            METRICS + "/flagz",
                            Map.of(
                                    "Accept",
                                    "application/json;v=v1beta1;g=config.k8s.io;as=Flagz"));
            JsonNode flagz = new ObjectMapper().readTree(structured.body());
            assertThat(flagz.get("kind").textValue()).isEqualTo("Flagz");
            assertThat(flagz.at("/flags/v").textValue()).isEqualTo("2");
            assertThat(
                            NodeHttp.ask(
                                            served.node(),
                                            "GET",
                                            METRICS + "/statusz",
                                            Map.of("Accept", "application/json"))
                                    .code())
                    .isEqualTo(406);
            for (String path :
                    List.of("/", "/debug/pprof/", "/debug/flags/v", "/metrics/x", "/healthz/")) {
                assertThat(get(served, path))
                        .as(path)
                        .isEqualTo(
                                new Answer(
                                        404,
                                        "text/plain; charset=utf-8",
                                        "nosniff",
                                        "404 page not found\n"));
            }
        }
    }

    @Test
    void profilingBringsTheDebugPages() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.startSwivel("--profiling", "-v=0");
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            assertThat(get(served, "/debug/pprof/goroutine").body()).contains("sync (");
            assertThat(get(served, "/debug/pprof/profile"))
                    .returns(404, Answer::code)
                    .extracting(Answer::body)
                    .asString()
                    .contains("JFR.start");
            Answer put =
                    NodeHttp.ask(
                            served.node(),
                            "PUT",
                            METRICS + "/debug/flags/v",
                            Map.of("X-Body", "2"));
            assertThat(put.body()).contains("klog.logging.verbosity to 2");
            served.api
                    .objects()
                    .patch(
                            ResourceTypes.SERVICES,
                            "default",
                            "web",
                            "spec: {externalIPs: [203.0.113.9]}");
            await().atMost(PATIENCE)
                    .until(() -> served.logText().contains("default/web:http programmed"));
        }
    }

    private static Answer get(ServedCluster served, String path) throws Exception {
        return NodeHttp.get(served.node(), METRICS + path);
    }
}
