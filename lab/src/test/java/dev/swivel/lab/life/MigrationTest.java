package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.cluster.SwivelProcess;
import dev.swivel.lab.traffic.Load;
import dev.swivel.linux.exec.Output;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The steps of docs/migrate.md, in their order: from kube-proxy to Swivel and back, with the
/// ConfigMap of kubeadm, under load. kube-proxy's part is played by rules in its layout, or by a
/// kube-proxy itself: `-Dkube-proxy=PATH`.
class MigrationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KUBE_PROXY = System.getProperty("kube-proxy", "");

    private static final int RESTARTS = 10;

    @TempDir Path directory;
    private ServedCluster served;
    private Path config;
    private String iptables;

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void fromKubeProxyAndBackWithoutAFailedRequest(String flavour) throws Exception {
        iptables = "iptables-" + flavour;
        try (ServedCluster cluster = new ServedCluster(directory, flavour)) {
            served = cluster;
            config = directory.resolve("config.conf");
            try (var kubeadm = MigrationTest.class.getResourceAsStream("/kubeadm-config.conf")) {
                Files.writeString(
                        config,
                        new String(kubeadm.readAllBytes(), StandardCharsets.UTF_8)
                                .replace(
                                        "/var/lib/kube-proxy/kubeconfig.conf",
                                        directory.resolve("kubeconfig").toString()));
            }
            kubeProxySyncs();
            served.node().exec("nft", "add table ip kube-proxy; add chain ip kube-proxy services");
            try (Load fresh = Load.ofNewConnections(served.web(), 2, Duration.ofMillis(1));
                    Load kept = Load.ofKeptConnections(served.web(), 4, Duration.ofMillis(5))) {
                // 1. Look
                swivel(0, "check", "--proxy-mode=iptables");
                assertThat(plan(2)).contains("- IPv4 " + iptables + " nat KUBE-SEP-");

                // 2. Swap
                Daemon swivel = served.startSwivel("--config=" + config);
                await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
                // 3. Verify
                assertThat(plan(0)).startsWith("nothing to do");
                await().atMost(PATIENCE)
                        .until(() ->
                                !served.node()
                                        .exec("nft", "list", "tables")
                                        .text()
                                        .contains("kube-proxy"));

                for (int restart = 1; restart <= RESTARTS; restart++) {
                    if (restart % 2 == 0) {
                        swivel.kill();
                    } else {
                        assertThat(swivel.stop(Duration.ofSeconds(20))).isTrue();
                    }
                    swivel = served.startSwivel("--config=" + config);
                    int syncs = restart + 1;
                    await().atMost(PATIENCE).until(() -> served.syncs() >= syncs);
                }

                // 4. Back
                assertThat(swivel.stop(Duration.ofSeconds(20))).isTrue();
                kubeProxySyncs();
                swivel(2, "cleanup", "--unused", "--dry-run");
                swivel(0, "cleanup", "--unused");
                assertThat(swivel(0, "cleanup", "--unused", "--dry-run"))
                        .isEqualTo("nothing to remove\n");
                assertThat(served.node().exec("ipset", "list", "-name").text())
                        .as("of IPv4, which this kube-proxy writes")
                        .doesNotContain("KUBE-IPT-HAIRPIN", "KUBE-IPT-CLUSTER");
                int soFar = fresh.soFar().total();
                await().atMost(PATIENCE).until(() -> fresh.soFar().total() > soFar + 300);

                // and forth again
                swivel = served.startSwivel("--config=" + config);
                await().atMost(PATIENCE).until(() -> served.syncs() >= RESTARTS + 2);
                assertThat(plan(0)).startsWith("nothing to do");
                swivel.stop(Duration.ofSeconds(20));

                assertThat(fresh.stop().failures()).as("log:%n%s", served.logText()).isEmpty();
                assertThat(kept.stop().failures()).isEmpty();
            }
            // 5. Away with both
            swivel(0, "cleanup");
            assertThat(swivel(0, "cleanup", "--dry-run")).isEqualTo("nothing to remove\n");
        }
    }

    /// What kube-proxy does at a sync: its chains are emptied and written, whoever filled them.
    private void kubeProxySyncs() throws Exception {
        if (KUBE_PROXY.isEmpty()) {
            writeItsRules();
        } else {
            runIt();
        }
    }

    private void runIt() throws Exception {
        Path itsConfig = directory.resolve("kube-proxy.conf");
        Files.writeString(
                itsConfig, // it may not set what is the machine's, and gives up
                Files.readString(config).replace("maxPerCore: null", "maxPerCore: 0"));
        Path plain =
                IptablesFlavour.valueOf(iptables.replace("iptables-", "").toUpperCase(Locale.ROOT))
                        .plainNames(directory.resolve("bin"));
        try (Daemon kubeProxy =
                served.node()
                        .spawn(
                                List.of(
                                        KUBE_PROXY,
                                        "--config=" + itsConfig,
                                        "--hostname-override=node-1"),
                                Map.of("PATH", plain + ":" + System.getenv("PATH")),
                                directory.resolve("kube-proxy.log"))) {
            assertThat(kubeProxy.isAlive()).isTrue();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() ->
                            NodeHttp.get(served.node(), "http://127.0.0.1:10256/healthz").code()
                                    == 200);
            await().atMost(PATIENCE)
                    .until(() ->
                            served.node()
                                    .exec(iptables + "-save", "-t", "nat")
                                    .text()
                                    .contains("--to-destination 192.168.1.13:8080"));
        }
    }

    private void writeItsRules() throws Exception {
        List<String> jumps = new ArrayList<>();
        StringBuilder chains = new StringBuilder();
        for (String line : TakeoverTest.KUBE_PROXY.lines().toList()) {
            if (line.matches("-A (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) .*")) {
                jumps.add(line);
            } else {
                chains.append(line).append('\n');
            }
        }
        served.node()
                .command(List.of(iptables + "-restore", "-w", "--noflush"))
                .withInput(chains.toString().getBytes(StandardCharsets.UTF_8))
                .run();
        for (String jump : jumps) {
            String table =
                    jump.matches("-A (PREROUTING|POSTROUTING) .*|.*portals\" -j KUBE-SERVICES")
                                    && !jump.contains("ctstate")
                            ? "nat"
                            : "filter";
            served.node()
                    .exec(
                            "sh",
                            "-c",
                            "%4$s -w -t %1$s %2$s 2>/dev/null || %4$s -w -t %1$s %3$s"
                                    .formatted(
                                            table,
                                            jump.replaceFirst("-A", "-C"),
                                            jump.replaceFirst("-A", "-I"),
                                            iptables));
        }
    }

    private String plan(int exitCode) throws Exception {
        return swivel(exitCode, "plan", "--config=" + config, "--node=node-1");
    }

    private String swivel(int exitCode, String... arguments) throws Exception {
        List<String> argv = new ArrayList<>(SwivelProcess.command());
        argv.addAll(List.of(arguments));
        Output output = served.node().command(argv).withTimeout(PATIENCE).runAnyExit();
        assertThat(output.exitCode()).as(output.text() + output.stderr()).isEqualTo(exitCode);
        return output.text();
    }
}
