package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.SwivelProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `swivel cleanup` leaves a node as if no proxy had ever run on it, and leaves what others made.
class CleanupTest {
    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"nft, cleanup", "legacy, --cleanup"})
    void removesAllOfOursAndNothingElse(String flavour, String how) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, flavour)) {
            served.node().exec("iptables-" + flavour, "-w", "-N", "FOREIGN");
            served.node().exec("ipset", "create", "foreign", "hash:ip");
            Daemon swivel = served.startSwivel();
            await().atMost(Duration.ofSeconds(60)).until(() -> served.syncs() >= 1);
            swivel.stop(Duration.ofSeconds(20));
            assertThat(served.web().run().answered()).as("after a stop the rules stay").isTrue();

            List<String> argv = new ArrayList<>(SwivelProcess.command());
            argv.add(how);
            served.node().command(argv).withTimeout(Duration.ofSeconds(60)).run();

            for (String program : List.of("iptables-", "ip6tables-")) {
                String rules = served.node().exec(program + flavour + "-save").text();
                // KUBE-FIREWALL is kubelet's too, and the hint is kubelet's alone
                assertThat(
                                rules.lines()
                                        .filter(line ->
                                                line.contains("KUBE-")
                                                        && !line.contains("KUBE-FIREWALL")
                                                        && !line.contains("KUBE-IPTABLES-HINT")))
                        .isEmpty();
            }
            assertThat(served.node().exec("iptables-" + flavour + "-save").text())
                    .contains(":FOREIGN");
            assertThat(served.node().exec("ipset", "list", "-n").text().strip())
                    .isEqualTo("foreign");
        }
    }
}
