package dev.swivel.linux.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.linux.exec.CommandException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The texts are what iptables 1.8.9 prints.
class RestoreFailureTest {
    private static final String SCRIPT = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight";

    private static CommandException failure(int exitCode, String stderr) {
        return RestoreFailure.of(
                new CommandException("it failed", List.of("iptables-restore"), exitCode, stderr),
                SCRIPT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "iptables-restore: line 5 failed",
                "iptables-nft-restore: line 5 failed: No chain/target/match by that name.",
                "iptables-restore v1.8.9 (legacy): Couldn't load target `NOPE':No such file\n\n"
                        + "Error occurred at line: 5\nTry `iptables-restore -h' for more.",
                """
                iptables-nft-restore v1.8.9 (nf_tables):
                line 5: RULE_APPEND failed (Invalid argument): rule in chain FOO
                line 6: RULE_APPEND failed (Invalid argument): rule in chain BAR
                """,
                "iptables-restore: COMMIT expected at line 5"
            })
    void showsTheLineWithItsNeighbours(String stderr) {
        CommandException e = failure(1, stderr);
        assertThat(((RestoreException) e).line()).hasValue(5);
        assertThat(e)
                .hasMessage(
                        "it failed\n  2: two\n  3: three\n  4: four\n> 5: five\n  6: six"
                                + "\n  7: seven\n  8: eight");
    }

    @Test
    void linesOutsideTheScriptDoNoHarm() {
        assertThat(failure(1, "line 500 failed")).hasMessage("it failed");
        assertThat(failure(1, "line 10 failed")).hasMessage("it failed\n  7: seven\n  8: eight");
        assertThat(failure(1, "line 999999999 failed")).hasMessage("it failed");
        assertThat(((RestoreException) failure(1, "no idea")).line()).isEmpty();
    }

    @Test
    void aHeldLockIsNoRefusal() {
        assertThat(failure(4, "Another app is currently holding the xtables lock. Stopped waiting"))
                .isInstanceOf(ResourceBusyException.class);
        assertThat(failure(4, "iptables-restore: Resource temporarily unavailable."))
                .isInstanceOf(ResourceBusyException.class);
        assertThat(failure(4, "line 6: CHAIN_DEL failed (Device or resource busy): chain FOO"))
                .isInstanceOf(RestoreException.class);
    }
}
