package dev.swivel.lab.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.exec.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the command line says about itself.
class HelpTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "render", "plan", "check", "cleanup", "completion", "man"})
    void everyCommandTeachesByExamplesAndExitCodes(String command) throws Exception {
        SwivelRun run =
                command.isEmpty()
                        ? SwivelRun.of(List.of(), "--help")
                        : SwivelRun.of(List.of(), command, "--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Examples:", "Exit codes:", "swivel " + command);
    }

    @Test
    void bashCompletesCommandsAndOptions(@TempDir Path directory) throws Exception {
        Path script = directory.resolve("completion");
        Files.writeString(script, SwivelRun.of(List.of(), "completion", "bash").out());
        assertThat(completed(script, "swivel pl")).contains("plan");
        assertThat(completed(script, "swivel plan --manif")).contains("--manifests");
        assertThat(completed(script, "swivel --proxy-m")).contains("--proxy-mode");
    }

    private static String completed(Path script, String typed) throws Exception {
        String words = typed.substring(typed.lastIndexOf(' ') + 1);
        int count = typed.split(" ").length - 1;
        return Command.of(
                        "bash",
                        "-c",
                        "source "
                                + script
                                + "; COMP_WORDS=("
                                + typed
                                + "); COMP_CWORD="
                                + count
                                + "; _complete_swivel swivel '"
                                + words
                                + "' ''; echo \"${COMPREPLY[@]}\"")
                .run()
                .text();
    }

    /// What only a mode can judge is wrong at once too, and not waited for.
    @Test
    void valuesOfAModeAreRefusedLikeAnyOther() throws Exception {
        SwivelRun algorithm =
                SwivelRun.of(List.of(), "--proxy-mode=userspace", "--userspace-algorithm=fair");
        assertThat(algorithm.exitCode()).isEqualTo(2);
        assertThat(algorithm.err())
                .contains("\"fair\" is not allowed; allowed: ", "power-of-two", "maglev");
        SwivelRun scheduler =
                SwivelRun.of(List.of(), "--proxy-mode=ipvs", "--ipvs-scheduler=Round Robin");
        assertThat(scheduler.exitCode()).isEqualTo(2);
        assertThat(scheduler.err()).contains("\"Round Robin\" is not allowed; allowed: ");
    }

    @Test
    void zshTakesTheSameScript() throws Exception {
        assertThat(SwivelRun.of(List.of(), "completion", "zsh").out())
                .startsWith("#compdef swivel\n")
                .contains("bashcompinit");
    }

    /// As man(1) shows it; `man` itself need not be there.
    @Test
    void theManualPageHasAllCommandsAndOptions() throws Exception {
        String page = SwivelRun.of(List.of(), "man").out();
        assertThat(page).startsWith(".TH SWIVEL 1");
        assertThat(page.lines().filter(line -> line.startsWith(".SS ")))
                .contains(".SS swivel render", ".SS swivel cleanup");
        assertThat(page).contains("\\fB\\-\\-proxy\\-mode\\fR=\\fIMODE\\fR", ".SH EXAMPLES");
        String shown =
                Command.of("groff", "-man", "-Tascii", "-ww")
                        .withInput(page.getBytes(StandardCharsets.UTF_8))
                        .run()
                        .text();
        assertThat(shown).contains("SWIVEL(1)", "every shell", "Exit codes");
    }

    /// A daemon of which a thread died for want of memory would answer probes, and follow nothing.
    @Test
    void theLauncherLetsNoProcessGoOnWithoutMemory(@TempDir Path directory) throws Exception {
        assertThat(flagsOfTheLauncher(directory))
                .containsPattern("ExitOnOutOfMemoryError +:?= true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode: userspace\n",
                "mode: \"userspace\"\r\nclusterCIDR: \"\"\r\n",
                "mode: 'userspace'",
                "{\n\t\"mode\": \"userspace\",\n\t\"clusterCIDR\": \"\"\n}"
            })
    void theLauncherKnowsModeUserspaceHoweverTheFileIsWritten(
            String config, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("config.conf"), config);
        assertThat(flagsOfTheLauncher(directory, "--config=" + file))
                .containsPattern("TLABWasteTargetPercent +:?= 8 ");
    }

    private static String flagsOfTheLauncher(Path directory, String... arguments) throws Exception {
        List<String> argv = new ArrayList<>();
        argv.addAll(
                List.of(
                        "env",
                        "SWIVEL_JAVA_HOME=" + System.getProperty("java.home"),
                        "SWIVEL_JAVA_OPTS=-XX:+PrintFlagsFinal -version",
                        "sh",
                        launcher(directory).toString()));
        argv.addAll(List.of(arguments));
        return SwivelRun.run(argv).out();
    }

    /// The launcher hands `bench` on to the lab, where there is one.
    @Test
    void benchIsTheLabs(@TempDir Path directory) throws Exception {
        Path launcher = launcher(directory);
        SwivelRun without = SwivelRun.run(List.of("sh", launcher.toString(), "bench"));
        assertThat(without.exitCode()).isEqualTo(1);
        assertThat(without.err()).contains("full distribution");

        Path lab = launcher.resolveSibling("swivel-lab");
        Files.writeString(lab, "#!/bin/sh\necho \"$@\"\n");
        assertThat(lab.toFile().setExecutable(true)).isTrue();
        assertThat(SwivelRun.run(List.of("sh", launcher.toString(), "bench", "--size=20x3")).out())
                .isEqualTo("bench --size=20x3\n");
    }

    private static Path launcher(Path directory) throws IOException {
        Path dist = Path.of("../deploy/src/dist");
        Path lib = Files.createDirectories(directory.resolve("lib"));
        Files.copy(
                dist.resolve("lib/java.options"),
                lib.resolve("java.options"),
                StandardCopyOption.REPLACE_EXISTING);
        Path launcher = Files.createDirectories(directory.resolve("bin")).resolve("swivel");
        return Files.copy(dist.resolve("bin/swivel"), launcher);
    }
}
