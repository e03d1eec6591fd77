package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.SwivelProcess;
import dev.swivel.linux.exec.Output;
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

            // as kube-proxy's nftables mode leaves it, and somebody else's
            served.node().exec("nft", "add table ip kube-proxy; add table ip6 kube-proxy");
            served.node().exec("nft", "add chain ip kube-proxy services; add table ip others");

            String before = everything(served, flavour);
            assertThat(swivel(served, 2, how, "--dry-run").lines())
                    .as("what would go")
                    .contains("- nftables ip kube-proxy", "- ipset KUBE-IPT-HAIRPIN")
                    .anyMatch(line -> line.startsWith("- iptables-" + flavour + " nat KUBE-SVC-"))
                    .noneMatch(line -> line.contains("FOREIGN") || line.contains("others"))
                    .noneMatch(line -> line.contains("foreign"));
            assertThat(everything(served, flavour))
                    .as("a dry run changes nothing")
                    .isEqualTo(before);

            assertThat(withoutPrograms(served, how))
                    .as("what cannot be read is not called gone")
                    .contains("there are rules that cannot be read", "apt-get install iptables");
            if (flavour.equals("nft")) {
                goesAsFarAsItCan(served, how);
            }
            String _ = swivel(served, 0, how);
            assertThat(swivel(served, 0, how, "--dry-run")).isEqualTo("nothing to remove\n");

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
            assertThat(served.node().exec("nft", "list", "tables").text())
                    .contains("table ip others")
                    .doesNotContain("kube-proxy");
        }
    }

    /// The kernel, or the program, fails for one IP family.
    private void goesAsFarAsItCan(ServedCluster served, String how) throws Exception {
        assertThat(failing(served, WithoutIpv6.launcher(directory, "unshare", "--mount"), how))
                .contains("Table does not exist", "call `swivel cleanup` again");
        assertThat(served.node().exec("iptables-nft-save").text())
                .as("the other family's rules are gone")
                .doesNotContain(":KUBE-SERVICES");
        assertThat(served.node().exec("ipset", "list", "-n").text().lines())
                .as("and its sets")
                .noneMatch(set -> set.startsWith("KUBE-") && !set.startsWith("KUBE-6-"));
        assertThat(served.node().exec("nft", "list", "tables").text()).doesNotContain("kube-proxy");
    }

    private static String withoutPrograms(ServedCluster served, String how) throws Exception {
        return failing(served, HiddenPrograms.LAUNCHER, how);
    }

    private static String failing(ServedCluster served, List<String> launcher, String how)
            throws Exception {
        List<String> argv = new ArrayList<>(launcher);
        argv.addAll(SwivelProcess.command());
        argv.add(how);
        Output output =
                served.node().command(argv).withTimeout(Duration.ofSeconds(60)).runAnyExit();
        assertThat(output.exitCode()).as(output.stderr()).isEqualTo(1);
        return output.stderr();
    }

    private static String swivel(ServedCluster served, int exitCode, String... arguments)
            throws Exception {
        List<String> argv = new ArrayList<>(SwivelProcess.command());
        argv.addAll(List.of(arguments));
        Output output =
                served.node().command(argv).withTimeout(Duration.ofSeconds(60)).runAnyExit();
        assertThat(output.exitCode()).as(output.stderr()).isEqualTo(exitCode);
        return output.text();
    }

    private static String everything(ServedCluster served, String flavour) throws Exception {
        return served.node()
                        .exec("iptables-" + flavour + "-save")
                        .text()
                        .replaceAll("#.*|\\[.*]", "")
                + served.node()
                        .exec("ip6tables-" + flavour + "-save")
                        .text()
                        .replaceAll("#.*|\\[.*]", "")
                + served.node().exec("ipset", "list", "-n").text()
                + served.node().exec("nft", "list", "tables").text();
    }
}
