package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.cluster.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The configuration file as a DaemonSet mounts it.
class ConfigurationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path directory;

    /// The file is the one that kubeadm 1.36 puts into the ConfigMap `kube-proxy`; only its
    /// kubeconfig is elsewhere. kubelet mounts such a volume behind two symbolic links, and swaps
    /// the inner one when the ConfigMap changes.
    @Test
    void aConfigMapOfKubeadmStartsItAndItsChangeEndsItForARestart() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            Path volume = Files.createDirectory(directory.resolve("kube-proxy"));
            String config = kubeadm(served.kubeconfig());
            swap(volume, "..2026_1", config);
            Files.createSymbolicLink(
                    volume.resolve("config.conf"), Path.of("..data", "config.conf"));

            Daemon swivel = served.startBareSwivel("--config=" + volume.resolve("config.conf"));
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            assertThat(served.web().run().answered()).isTrue();
            assertThat(served.logText().lines().filter(line -> !line.startsWith("I")))
                    .as("nothing to warn of")
                    .isEmpty();

            swap(volume, "..2026_2", config + "# a remark\n");
            swap(volume, "..2026_3", config.replace("mode: \"\"", "mode: nftables"));
            await().atMost(PATIENCE)
                    .until(() -> served.logText().contains("mode: nftables is not allowed"));
            assertThat(swivel.isAlive()).as("what cannot be used changes nothing").isTrue();

            swap(volume, "..2026_4", config.replace("masqueradeAll: false", "masqueradeAll: true"));
            assertThat(swivel.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(swivel.process().exitValue()).as("so that it is started anew").isEqualTo(1);
            assertThat(served.logText()).contains("config.conf has changed");
            assertThat(served.web().run().answered()).as("meanwhile").isTrue();
        }
    }

    @Test
    void aFileWrittenInPlaceIsNoticedToo() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            Path file = directory.resolve("config.conf");
            String config = kubeadm(served.kubeconfig());
            Files.writeString(file, config.replace("oomScoreAdj: null", "oomScoreAdj: 7"));
            Daemon swivel = served.startBareSwivel("--config=" + file);
            await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
            assertThat(Files.readString(Path.of("/proc/" + swivel.pid() + "/oom_score_adj")))
                    .isEqualTo("7\n");
            Files.writeString(file, config.replace("oomScoreAdj: null", "oomScoreAdj: 8"));
            assertThat(swivel.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(swivel.process().exitValue()).isEqualTo(1);
        }
    }

    @Test
    void initOnlyPreparesTheNodeAndProgramsNothing() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            Daemon swivel = served.startSwivel("--init-only", "--conntrack-udp-timeout=47s");
            assertThat(swivel.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(swivel.process().exitValue()).as(served.logText()).isZero();
            assertThat(
                            served.node()
                                    .exec("sysctl", "-n", "net.netfilter.nf_conntrack_udp_timeout")
                                    .text()
                                    .strip())
                    .isEqualTo("47");
            assertThat(served.node().exec("iptables-nft-save", "-t", "nat").text())
                    .doesNotContain("KUBE-SVC-");
        }
    }

    private static String kubeadm(Path kubeconfig) throws IOException {
        return Files.readString(Path.of("src/test/resources/kubeadm/config.conf"))
                .replace("/var/lib/kube-proxy/kubeconfig.conf", kubeconfig.toString());
    }

    /// As kubelet's atomic writer does it.
    private static void swap(Path volume, String version, String config) throws IOException {
        Path payload = Files.createDirectory(volume.resolve(version));
        Files.writeString(payload.resolve("config.conf"), config);
        Path fresh = Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of(version));
        Files.move(fresh, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }
}
