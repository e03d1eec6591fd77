package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.swivel.lab.api.http.ApiRequest;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.deploy.Image;
import dev.swivel.linux.exec.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The container image as a node's Swivel, under the name by which kubeadm's DaemonSet calls it.
class ImageTest {
    private static final String RIGHTS = "cap_net_admin,cap_net_raw";
    private static final String CONFIG = "--config=/var/lib/kube-proxy/config.conf";
    private static final long NET_ADMIN_AND_NET_RAW = 1L << 12 | 1L << 13;

    @TempDir static Path built;
    private static Image image;

    @TempDir Path directory;

    @BeforeAll
    static void build() throws IOException {
        image = Image.build(built);
        Files.createDirectories(image.root().resolve("var/lib/kube-proxy"));
    }

    private List<String> container(String rights, String... command) throws IOException {
        Path script = directory.resolve("container.sh");
        try (var source = ImageTest.class.getResourceAsStream("/container.sh")) {
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                "sh",
                                script.toString(),
                                image.root().toString(),
                                config().toString(),
                                rights));
        argv.addAll(List.of(command));
        return argv;
    }

    /// As the ConfigMap of a cluster has it, with the lab's API server and pods.
    private Path config() throws IOException {
        Path config = Files.createDirectories(directory.resolve("config"));
        Path base = Path.of("../deploy/kustomize/base");
        Files.writeString(
                config.resolve("config.conf"),
                Files.readString(base.resolve("config.conf"))
                        .replace("clusterCIDR: \"\"", "clusterCIDR: 192.168.0.0/16"));
        Files.copy(
                directory.resolve("kubeconfig"),
                config.resolve("kubeconfig.conf"),
                StandardCopyOption.REPLACE_EXISTING);
        return config;
    }

    @Test
    void servesANodeWithTwoRightsAndNothingToWriteTo() throws Exception {
        assertThat(image.config().at("/config/Entrypoint/0").asText())
                .isEqualTo("/usr/local/bin/swivel");
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            // the init container
            assertThat(run(served, "all", "swivel", CONFIG, "--init-only").exitCode()).isZero();
            assertThat(
                            served.node()
                                    .exec("sysctl", "-n", "net.ipv4.conf.all.route_localnet")
                                    .text())
                    .startsWith("1");

            Output check = run(served, RIGHTS, "swivel", "check", "--proxy-mode=iptables");
            assertThat(check.exitCode()).as(check.text() + check.stderr()).isZero();

            Daemon swivel =
                    served.node()
                            .spawn(
                                    container(
                                            RIGHTS,
                                            "kube-proxy",
                                            CONFIG,
                                            "--hostname-override=node-1",
                                            "-v=2"),
                                    Map.of(),
                                    served.log);
            try {
                await().atMost(Duration.ofSeconds(60)).until(() -> served.syncs() >= 1);
            } catch (RuntimeException e) {
                throw new AssertionError(served.logText(), e);
            }
            assertThat(served.web().run().answered()).isTrue();
            assertThat(effectiveRights(swivel.pid())).isEqualTo(NET_ADMIN_AND_NET_RAW);
            assertThat(rootMount(swivel.pid())).startsWith("ro,");
            Set<String> asked = asked(served.api.requests().latest());
            assertThat(granted()).as("all it asks of the API").containsAll(asked);
            assertThat(granted())
                    .filteredOn(permission -> !permission.startsWith("events.k8s.io/"))
                    .as("no more is granted, but for Events, for which there was no reason")
                    .isSubsetOf(asked);

            assertThat(swivel.stop(Duration.ofSeconds(20))).as("ends at SIGTERM").isTrue();
            assertThat(served.web().run().answered()).as("the rules stay").isTrue();
        }
    }

    private Output run(ServedCluster served, String rights, String... command) throws IOException {
        List<String> argv = new ArrayList<>(List.of("unshare", "--mount"));
        argv.addAll(container(rights, command));
        return served.node().command(argv).withTimeout(Duration.ofSeconds(60)).runAnyExit();
    }

    private static long effectiveRights(long pid) throws IOException {
        String line =
                Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                        .filter(each -> each.startsWith("CapEff:"))
                        .findFirst()
                        .orElseThrow();
        return Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
    }

    /// The options of what is mounted on `/`.
    private static String rootMount(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo")).stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[4].equals("/"))
                .reduce((_, last) -> last)
                .orElseThrow()[5];
    }

    /// `group/resource verb` of each request.
    private static Set<String> asked(List<ApiRequest> requests) {
        Set<String> asked = new TreeSet<>();
        for (ApiRequest request : requests) {
            asked.add(request.group() + "/" + request.resource() + " " + request.verb());
        }
        return asked;
    }

    private static Set<String> granted() throws IOException {
        Set<String> granted = new TreeSet<>();
        try (var documents =
                new YAMLMapper()
                        .readerFor(JsonNode.class)
                        .<JsonNode>readValues(
                                Path.of("../deploy/kustomize/base/access.yaml").toFile())) {
            while (documents.hasNext()) {
                for (JsonNode rule : documents.next().path("rules")) {
                    for (JsonNode resource : rule.path("resources")) {
                        for (JsonNode verb : rule.path("verbs")) {
                            granted.add(
                                    rule.at("/apiGroups/0").asText()
                                            + "/"
                                            + resource.asText()
                                            + " "
                                            + verb.asText());
                        }
                    }
                }
            }
        }
        return granted;
    }
}
