package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Dashboard and alert rules find all their series at a Swivel that has served, been disturbed and
/// met a bad object.
class MonitoringTest {
    private static final Path MONITORING = Path.of("../deploy/monitoring");
    private static final Pattern SERIES = Pattern.compile("\\b(?:kubeproxy|swivel)_[a-z_]+");

    /// An endpoint port without a number.
    private static final String BAD_OBJECT =
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-2, namespace: default, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: http, protocol: TCP}]
            endpoints: [{addresses: [192.168.1.14], nodeName: node-1}]
            """;

    @TempDir Path directory;

    @Test
    void everySeriesThatIsAskedForIsThere() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.api.objects().apply(BAD_OBJECT);
            served.startSwivel();
            await().atMost(Duration.ofSeconds(60)).until(() -> served.syncs() >= 1);
            served.node().exec("iptables-nft", "-w", "-t", "nat", "-F", "KUBE-MARK-MASQ");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> scrape(served).contains("swivel_drift_repairs_total"));

            Set<String> offered = series(scrape(served));
            assertThat(offered)
                    .containsAll(
                            SERIES.matcher(dashboard()).results().map(r -> r.group()).toList());
            assertThat(offered)
                    .containsAll(SERIES.matcher(alerts()).results().map(r -> r.group()).toList());
        }
    }

    private static String scrape(ServedCluster served) throws Exception {
        return served.node().exec("curl", "-sf", "http://127.0.0.1:10249/metrics").text();
    }

    /// The names of samples, and what the text says of a histogram that has none yet.
    private static Set<String> series(String scrape) {
        Set<String> names = new TreeSet<>();
        for (String line : scrape.split("\n", -1)) {
            if (line.startsWith("# TYPE ")) {
                String name = line.split(" ", -1)[2];
                names.add(name);
                if (line.endsWith(" histogram")) {
                    names.addAll(List.of(name + "_bucket", name + "_count", name + "_sum"));
                }
            }
        }
        return names;
    }

    private static String dashboard() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(MONITORING.resolve("dashboard.json").toFile());
        List<String> expressions = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                expressions.add(balanced(target.path("expr").asText()));
            }
        }
        assertThat(expressions).hasSizeGreaterThan(10);
        return String.join("\n", expressions);
    }

    private static String alerts() throws IOException {
        JsonNode rules = new YAMLMapper().readTree(MONITORING.resolve("alerts.yaml").toFile());
        List<String> expressions = new ArrayList<>();
        for (JsonNode rule : rules.at("/groups/0/rules")) {
            assertThat(rule.at("/labels/severity").asText()).isIn("info", "warning", "critical");
            assertThat(rule.at("/annotations/summary").asText()).isNotEmpty();
            expressions.add(balanced(rule.path("expr").asText()));
        }
        assertThat(expressions).hasSizeGreaterThan(4);
        return String.join("\n", expressions);
    }

    private static String balanced(String expression) {
        assertThat(expression).isNotEmpty();
        for (String pair : List.of("()", "{}", "[]")) {
            assertThat(expression.chars().filter(c -> c == pair.charAt(0)).count())
                    .as(expression)
                    .isEqualTo(expression.chars().filter(c -> c == pair.charAt(1)).count());
        }
        return expression;
    }
}
