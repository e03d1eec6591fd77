package dev.swivel.lab.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.lab.life.WithoutIpv6;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `swivel check` says what a machine lacks, and the remedy. The machine of the tests can run mode
/// iptables; things are taken away from it one by one.
class CheckTest {
    private static final String[] IPTABLES = {"check", "--proxy-mode=iptables", "-o", "json"};

    private static JsonNode mode(SwivelRun run) throws Exception {
        return run.json().at("/modes/0");
    }

    private static JsonNode need(SwivelRun run, String name) throws Exception {
        return StreamSupport.stream(mode(run).path("needs").spliterator(), false)
                .filter(need -> need.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + run.out()));
    }

    @Test
    void aMachineThatHasEverythingIsReady() throws Exception {
        SwivelRun run = SwivelRun.of(List.of(), IPTABLES);
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(mode(run).path("ready").asBoolean()).isTrue();
        assertThat(need(run, "ipset hash:ip,port,ip").path("status").asText()).isEqualTo("ok");
        assertThat(need(run, "ip6tables-nft: choice by chance").path("finding").asText())
                .isEqualTo("works");
        assertThat(SwivelRun.of(List.of(), "check", "--proxy-mode=iptables").out())
                .startsWith("iptables: this machine can run it");
    }

    @Test
    void modeUserspaceIsReadyWithTheTwoRightsOfTheContainer() throws Exception {
        SwivelRun run =
                SwivelRun.of(
                        List.of(
                                "setpriv",
                                "--bounding-set=-all,+net_admin,+net_raw",
                                "--inh-caps=-all"),
                        "check",
                        "--proxy-mode=userspace",
                        "-o",
                        "json");
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(need(run, "native sockets").path("status").asText()).isEqualTo("ok");
    }

    @Test
    void withoutRightsItSaysWhichAndHowToGiveThem() throws Exception {
        SwivelRun run =
                SwivelRun.of(
                        List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"), IPTABLES);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(need(run, "CAP_NET_ADMIN").path("remedy").asText()).contains("NET_ADMIN");
        assertThat(need(run, "CAP_NET_RAW").path("status").asText()).isEqualTo("missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cleanup", "cleanup --dry-run", "--cleanup"})
    void withoutRightsNothingIsSaidToBeClean(String command) throws Exception {
        SwivelRun run =
                SwivelRun.of(
                        List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"),
                        command.split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("CAP_NET_ADMIN");
        assertThat(run.out()).isEmpty();
    }

    /// As in its container.
    @Test
    void withTheTwoRightsOfTheContainerItCanRun() throws Exception {
        SwivelRun run =
                SwivelRun.of(
                        List.of(
                                "setpriv",
                                "--bounding-set=-all,+net_admin,+net_raw",
                                "--inh-caps=-all"),
                        IPTABLES);
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(need(run, "kernel features").path("status").asText()).isEqualTo("unknown");
    }

    @Test
    void withoutProgramsItNamesThePackage() throws Exception {
        SwivelRun run =
                SwivelRun.of(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "for f in nft legacy; do"
                                        + " mount --bind /dev/null /usr/sbin/xtables-$f-multi; done;"
                                        + " exec \"$@\"",
                                "sh"),
                        IPTABLES);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(need(run, "iptables").path("status").asText()).isEqualTo("missing");
        assertThat(need(run, "iptables").path("finding").asText()).contains("is not installed");
    }

    @Test
    void withoutTablesForIpv6ItServesIpv4(@TempDir Path directory) throws Exception {
        SwivelRun run =
                SwivelRun.of(WithoutIpv6.launcher(directory, "unshare", "--mount"), IPTABLES);
        assertThat(run.exitCode()).as(run.out()).isZero();
        JsonNode lacking = need(run, "ip6tables-nft: nat table");
        assertThat(lacking.path("status").asText()).isEqualTo("limited");
        assertThat(lacking.path("finding").asText())
                .contains("Table does not exist", "only the other IP family is served");
    }

    @Test
    void settingsThatCannotBeWrittenLimit() throws Exception {
        SwivelRun run =
                SwivelRun.of(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount -o remount,bind,ro /proc/sys 2>/dev/null"
                                        + " || { mount --bind /proc/sys /proc/sys"
                                        + " && mount -o remount,bind,ro /proc/sys; };"
                                        + " exec \"$@\"",
                                "sh"),
                        IPTABLES);
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(need(run, "net.ipv4.conf.all.route_localnet").path("status").asText())
                .isEqualTo("limited");
    }

    @Test
    void aModeThatIsNoneIsRefused() throws Exception {
        SwivelRun run = SwivelRun.of(List.of(), "check", "--proxy-mode=nonesuch");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("nonesuch");
    }
}
