package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.swivel.lab.api.http.ApiRequest;
import dev.swivel.lab.cluster.Daemon;
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

/// A cluster whose node is served by the unpacked image, in the way the DaemonSet runs it: an init
/// container with all rights, then Swivel with two, under the name by which kubeadm calls it.
///
/// @param root the unpacked image
/// @param directory for configuration and scripts; the kubeconfig lies there
record ContainedSwivel(ServedCluster served, Path root, Path directory) {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String RIGHTS = "cap_net_admin,cap_net_raw";
    private static final String CONFIG = "--config=/var/lib/kube-proxy/config.conf";
    private static final long NET_ADMIN_AND_NET_RAW = 1L << 12 | 1L << 13;

    /// Starts it, and asserts that it serves and has no right more than it should.
    Daemon start(String mode) throws IOException {
        Output init = run(mode, "all", "swivel", CONFIG, "--init-only");
        assertThat(init.exitCode()).as(init.text() + init.stderr()).isZero();
        Output check = run(mode, RIGHTS, "swivel", "check", "--proxy-mode=" + mode);
        assertThat(check.exitCode()).as(check.text() + check.stderr()).isZero();

        int syncs = served.syncs();
        Daemon swivel =
                served.node()
                        .spawn(
                                container(
                                        mode,
                                        RIGHTS,
                                        "kube-proxy",
                                        CONFIG,
                                        "--hostname-override=node-1",
                                        "-v=2"),
                                Map.of(),
                                served.log);
        try {
            await().atMost(PATIENCE).until(() -> served.syncs() > syncs);
        } catch (RuntimeException e) {
            throw new AssertionError(served.logText(), e);
        }
        assertThat(served.web().within(PATIENCE).run().answered()).as(served.logText()).isTrue();
        for (String kind : List.of("CapEff", "CapPrm", "CapBnd")) {
            assertThat(Long.parseUnsignedLong(status(swivel.pid(), kind), 16))
                    .as(kind)
                    .isEqualTo(NET_ADMIN_AND_NET_RAW);
        }
        assertThat(status(swivel.pid(), "NoNewPrivs")).isEqualTo("1");
        assertThat(rootMount(swivel.pid())).startsWith("ro,");
        assertThat(Files.readString(Path.of("/proc/" + swivel.pid() + "/maps")))
                .as("starts from the cache that was made for it")
                .contains("/opt/swivel/lib/swivel.aot");
        return swivel;
    }

    private Output run(String mode, String rights, String... command) throws IOException {
        List<String> argv = new ArrayList<>(List.of("unshare", "--mount"));
        argv.addAll(container(mode, rights, command));
        return served.node().command(argv).withTimeout(PATIENCE).runAnyExit();
    }

    private List<String> container(String mode, String rights, String... command)
            throws IOException {
        Path script = directory.resolve("container.sh");
        try (var source = ContainedSwivel.class.getResourceAsStream("/container.sh")) {
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                "sh",
                                script.toString(),
                                root.toString(),
                                config(mode).toString(),
                                rights));
        argv.addAll(List.of(command));
        return argv;
    }

    /// As the ConfigMap of a cluster has it, with the lab's API server and pods.
    private Path config(String mode) throws IOException {
        Path config = Files.createDirectories(directory.resolve("config-" + mode));
        Path overlay = Path.of("../deploy/kustomize/overlays").resolve(mode);
        Files.writeString(
                config.resolve("config.conf"),
                Files.readString(overlay.resolve("config.conf"))
                        .replace("clusterCIDR: \"\"", "clusterCIDR: 192.168.0.0/16"));
        Files.copy(
                served.kubeconfig(),
                config.resolve("kubeconfig.conf"),
                StandardCopyOption.REPLACE_EXISTING);
        return config;
    }

    private static String status(long pid, String key) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(each -> each.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    /// The options of what is mounted on `/`.
    private static String rootMount(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo")).stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[4].equals("/"))
                .reduce((_, last) -> last)
                .orElseThrow()[5];
    }

    /// What was asked of the API, `group/resource verb` for each kind of request.
    Set<String> asked() {
        Set<String> asked = new TreeSet<>();
        for (ApiRequest request : served.api.requests().latest()) {
            asked.add(request.group() + "/" + request.resource() + " " + request.verb());
        }
        return asked;
    }

    /// What the ClusterRole grants, likewise.
    static Set<String> granted() throws IOException {
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
