package dev.swivel.linux.iptables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.TestNamespaces;
import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class IptablesKernelTest {
    private static final String TWO_TABLES =
            """
            *nat
            :TWO - [0:0]
            -A TWO -p tcp -j ONE
            COMMIT
            *filter
            :THREE - [0:0]
            COMMIT
            """;
    private static final String BAD_JUMP =
            """
            *nat
            :ONE - [0:0]
            -A NONE -j ONE
            COMMIT
            """;

    @TempDir private Path folder;
    private NetworkNamespace namespace;
    private NamespaceThread inside;
    private Map<String, String> environment;

    @BeforeEach
    void create() throws IOException {
        namespace = TestNamespaces.create();
        inside = namespace.thread();
        environment = Map.of("XTABLES_LOCKFILE", folder.resolve("lock").toString());
    }

    @AfterEach
    void remove() {
        inside.close();
        namespace.close();
    }

    static Stream<Arguments> kinds() {
        return Stream.of(IpFamily.values())
                .flatMap(family ->
                        Stream.of(Flavour.values()).map(flavour -> Arguments.of(family, flavour)));
    }

    private Iptables open(IpFamily family, Flavour flavour) throws CommandException {
        return Iptables.open(family, flavour, environment);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void restoresAndSavesWithoutTouchingTheRest(IpFamily family, Flavour flavour)
            throws IOException {
        Iptables iptables = open(family, flavour);
        assertThat(iptables.supportsRandomFully()).isTrue();
        assertThat(iptables.version().flavour()).isEqualTo(flavour);
        inside.run(() -> {
            iptables.restore("*nat\n:ONE - [0:0]\n-A ONE -j RETURN\nCOMMIT\n");
            iptables.restore(TWO_TABLES);
            assertThat(iptables.save("nat"))
                    .contains(":ONE ", ":TWO ", "-A ONE -j RETURN", "-A TWO -p tcp -j ONE");
            assertThat(iptables.save("filter")).contains(":THREE ");
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aRefusedScriptIsExplained(IpFamily family, Flavour flavour) throws IOException {
        Iptables iptables = open(family, flavour);
        var e =
                catchThrowableOfType(
                        RestoreException.class, () -> inside.run(() -> iptables.restore(BAD_JUMP)));
        assertThat(e.line()).hasValue(3);
        assertThat(e).hasMessageContaining("-restore").hasMessageContaining("> 3: -A NONE -j ONE");
        assertThat(inside.call(() -> iptables.save("nat"))).doesNotContain("ONE");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theFingerprintMovesWithTheTable(IpFamily family, Flavour flavour) throws IOException {
        Iptables iptables = open(family, flavour);
        inside.run(() -> {
            TableFingerprint before = iptables.fingerprint("nat");
            iptables.restore("*nat\n:ONE - [0:0]\nCOMMIT\n");
            TableFingerprint chain = iptables.fingerprint("nat");
            assertThat(chain).isNotEqualTo(before).isEqualTo(iptables.fingerprint("nat"));
            iptables.restore("*nat\n-A ONE -j RETURN\nCOMMIT\n");
            TableFingerprint rule = iptables.fingerprint("nat");
            assertThat(rule).isNotEqualTo(chain);
            iptables.restore("*nat\n-F ONE\n-X ONE\nCOMMIT\n");
            assertThat(iptables.fingerprint("nat")).isNotEqualTo(rule);
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whoLooksOftenSeesEachChange(IpFamily family, Flavour flavour) throws IOException {
        Iptables iptables = open(family, flavour);
        inside.run(() -> {
            try (TableLook look = iptables.look(List.of("nat", "filter"))) {
                var before = look.fingerprints();
                assertThat(before).containsOnlyKeys("nat", "filter");
                assertThat(look.fingerprints()).isSameAs(before);
                iptables.restore("*filter\n:ONE - [0:0]\nCOMMIT\n");
                var chain = look.fingerprints();
                assertThat(chain)
                        .isNotEqualTo(before)
                        .containsEntry("filter", iptables.fingerprint("filter"));
                assertThat(look.fingerprints()).isSameAs(chain);
                iptables.restore("*nat\n:ONE - [0:0]\nCOMMIT\n");
                assertThat(look.fingerprints())
                        .isNotEqualTo(chain)
                        .containsEntry("nat", iptables.fingerprint("nat"));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void lookingAtALegacyTableDoesNotCreateIt(IpFamily family) throws IOException {
        Iptables iptables = open(family, Flavour.LEGACY);
        assertThat(inside.call(() -> iptables.fingerprint("mangle")))
                .isEqualTo(new TableFingerprint.Absent());
        inside.run(() -> {
            try (TableLook look = iptables.look(List.of("mangle", "nat"))) {
                assertThat(look.fingerprints().values())
                        .containsOnly(new TableFingerprint.Absent());
            }
        });
        assertThat(inside.call(() -> LegacyTables.names(family))).isEmpty();
        inside.run(() -> iptables.restore("*mangle\n:ONE - [0:0]\nCOMMIT\n"));
        assertThat(inside.call(() -> iptables.fingerprint("mangle")))
                .isInstanceOfSatisfying(
                        TableFingerprint.Legacy.class,
                        f -> {
                            // five policies, a chain of two entries, the end
                            assertThat(f.entries()).isEqualTo(5 + 2 + 1);
                            assertThat(f.size()).isGreaterThan(8 * 100);
                        });
    }

    @Test
    void nobodyElseWritesALegacyTableThatWeHaveForOurselves() throws IOException {
        Iptables iptables = open(IpFamily.IPV4, Flavour.LEGACY);
        Command other =
                Command.of("iptables-legacy", "-w", "1", "-t", "nat", "-N", "THEIRS")
                        .withEnvironment(environment);
        inside.run(() -> {
            try (var _ = iptables.exclusive()) {
                assertThat(other.runAnyExit().exitCode()).as("resource busy").isEqualTo(4);
                iptables.restore("*nat\n:OURS - [0:0]\nCOMMIT\n");
            }
            var _ = other.run();
            iptables.restore("*nat\n:OURS_TOO - [0:0]\nCOMMIT\n");
            assertThat(iptables.save("nat")).contains(":OURS ", ":THEIRS ", ":OURS_TOO ");
        });
    }

    @Test
    void aLockThatOthersHoldForLongIsNamed() throws IOException {
        Path file = folder.resolve("lock");
        XtablesLock held = XtablesLock.take(file, Duration.ZERO);
        assertThatThrownBy(() -> XtablesLock.take(file, Duration.ofMillis(20)))
                .isInstanceOf(ResourceBusyException.class)
                .hasMessageContaining("holds the xtables lock " + file);
        held.release();
        XtablesLock.take(file, Duration.ZERO).release();
    }

    @Test
    void aHeldLockIsSaidToBeOne() throws IOException {
        Iptables iptables = open(IpFamily.IPV4, Flavour.LEGACY);
        Path lock = folder.resolve("lock");
        inside.run(() -> iptables.restore("*nat\nCOMMIT\n"));
        assertThat(lock).exists();
        Process holder =
                new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo held; read _")
                        .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(() -> inside.run(() -> iptables.restore("*nat\nCOMMIT\n")))
                    .isInstanceOf(ResourceBusyException.class)
                    .hasMessageContaining("xtables lock");
        } finally {
            holder.outputWriter().close();
            holder.destroy();
        }
    }

    @Test
    void unknownTablesAreRefused() throws IOException {
        Iptables iptables = open(IpFamily.IPV4, Flavour.NFT);
        assertThatThrownBy(() -> iptables.save("nat; reboot"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private FlavourDetector.Detection detect() throws IOException {
        return inside.call(() -> new FlavourDetector(environment).look());
    }

    private void restore(IpFamily family, Flavour flavour, String script) throws IOException {
        inside.run(() -> open(family, flavour).restore(script));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void kubeletsHintDecides(IpFamily family, Flavour flavour) throws IOException {
        Flavour other = flavour == Flavour.NFT ? Flavour.LEGACY : Flavour.NFT;
        restore(family, other, "*nat\n:X - [0:0]\n-A X -j RETURN\n-A X -j RETURN\nCOMMIT\n");
        restore(family, flavour, "*mangle\n:KUBE-IPTABLES-HINT - [0:0]\nCOMMIT\n");
        assertThat(detect().flavour()).isEqualTo(flavour);
        assertThat(detect().reason()).contains("KUBE-IPTABLES-HINT");
    }

    @Test
    void theOlderCanaryDecidesToo() throws IOException {
        restore(IpFamily.IPV4, Flavour.LEGACY, "*mangle\n:KUBE-KUBELET-CANARY - [0:0]\nCOMMIT\n");
        assertThat(detect().flavour()).isEqualTo(Flavour.LEGACY);
        restore(IpFamily.IPV6, Flavour.NFT, "*mangle\n:KUBE-KUBELET-CANARY - [0:0]\nCOMMIT\n");
        assertThat(detect().flavour()).isEqualTo(Flavour.NFT);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void withoutAHintTheOneWithMoreRules(IpFamily family, Flavour flavour) throws IOException {
        Flavour other = flavour == Flavour.NFT ? Flavour.LEGACY : Flavour.NFT;
        restore(family, flavour, "*nat\n:X - [0:0]\n-A X -j RETURN\n-A X -j RETURN\nCOMMIT\n");
        restore(family, other, "*filter\n:X - [0:0]\n-A X -j RETURN\nCOMMIT\n");
        assertThat(detect().flavour()).isEqualTo(flavour);
        assertThat(detect().reason()).startsWith("rules in nat and filter");
    }

    @Test
    void withNothingToGoByThePlainProgramAndNothingIsCreated() throws IOException {
        Flavour plain = IptablesPrograms.plainVersion(IpFamily.IPV4).orElseThrow().flavour();
        TableFingerprint before =
                inside.call(() -> open(IpFamily.IPV4, Flavour.NFT).fingerprint("nat"));
        assertThat(detect().flavour()).isEqualTo(plain);
        assertThat(inside.call(() -> LegacyTables.names(IpFamily.IPV4))).isEmpty();
        assertThat(inside.call(() -> LegacyTables.names(IpFamily.IPV6))).isEmpty();
        assertThat(inside.call(() -> open(IpFamily.IPV4, Flavour.NFT).fingerprint("nat")))
                .isEqualTo(before);
    }
}
