package dev.swivel.linux.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommandTest {
    @Test
    void streamsInputAndCapturesOutput() throws CommandException {
        byte[] megabytes = "0123456789abcdef".repeat(300_000).getBytes(UTF_8);
        Output output = Command.of("cat").withInput(megabytes).run();
        assertThat(output.bytes()).isEqualTo(megabytes);
        assertThat(output.exitCode()).isZero();
    }

    @Test
    void saysWhatFailedAndHow() {
        var e =
                catchThrowableOfType(
                        CommandException.class,
                        () -> Command.of("sh", "-c", "echo oh no >&2; exit 3").run());
        assertThat(e).hasMessageContaining("sh -c").hasMessageContaining("exit code 3: oh no");
        assertThat(e.exitCode()).isEqualTo(3);
        assertThat(e.stderr()).isEqualTo("oh no");
        assertThat(e.command()).startsWith("sh", "-c");
    }

    @Test
    void anyExitCodeMayBeAskedFor() throws CommandException {
        Output output = Command.of("sh", "-c", "echo out; echo err >&2; exit 4").runAnyExit();
        assertThat(output.exitCode()).isEqualTo(4);
        assertThat(output.text()).isEqualTo("out\n");
        assertThat(output.stderr()).isEqualTo("err");
    }

    @Test
    void aMissingProgramComesWithARemedy() {
        assertThat(Programs.remedy("/usr/sbin/ip6tables-legacy-save"))
                .isEqualTo(
                        "program '/usr/sbin/ip6tables-legacy-save' is not installed; on Debian:"
                                + " apt-get install iptables");
        var e =
                catchThrowableOfType(
                        CommandException.class,
                        () -> Command.of("no-such-program-here", "-x").run());
        assertThat(e)
                .hasMessage(
                        "program 'no-such-program-here' is not installed (wanted for:"
                                + " no-such-program-here -x)");
        assertThat(e.exitCode()).isEqualTo(CommandException.NOT_FOUND);
    }

    @Test
    void aSlowProgramIsKilledWithItsChildren() {
        long start = System.nanoTime();
        var e =
                catchThrowableOfType(
                        CommandException.class,
                        () ->
                                Command.of("sh", "-c", "sleep 60; echo done")
                                        .withTimeout(Duration.ofMillis(200))
                                        .run());
        assertThat(e).hasMessageContaining("not done after PT0.2S");
        assertThat(e.exitCode()).isEqualTo(CommandException.TIMED_OUT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aProgramThatReadsNoInputIsJudgedByItsExitCode() throws CommandException {
        byte[] input = new byte[1 << 20];
        assertThat(Command.of("true").withInput(input).run().exitCode()).isZero();
        assertThatThrownBy(() -> Command.of("false").withInput(input).run())
                .hasMessageContaining("exit code 1: nothing on stderr");
    }

    @Test
    void stderrIsBounded() throws CommandException {
        Output output = Command.of("sh", "-c", "yes | head -c 300000 >&2").run();
        assertThat(output.stderr().length()).isBetween(60_000, 64 * 1024);
    }

    @Test
    void theEnvironmentIsAddedTo() throws CommandException {
        String text =
                Command.of("sh", "-c", "echo $SWIVEL_TEST $HOME")
                        .withEnvironment("SWIVEL_TEST", "yes")
                        .run()
                        .text();
        assertThat(text).startsWith("yes /");
    }
}
