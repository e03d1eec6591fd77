package dev.swivel.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.scenario.sent.ScenarioCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The whole catalogue with real packets, through real Swivel processes on two nodes: in mode
/// iptables once for each flavour, and in mode userspace, side by side: each has a cluster of its
/// own, and mostly waits. Logs are under `target/scenarios`.
final class PacketScenariosTest {
    /// Which scenarios to play, to look for a mistake: a regular expression for `topic: name`.
    private static final String ONLY = System.getProperty("scenarios", ".*");

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    final class Nft extends Played {
        Nft() {
            super(IptablesFlavour.NFT, "iptables");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    final class Legacy extends Played {
        Legacy() {
            super(IptablesFlavour.LEGACY, "iptables");
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    final class Userspace extends Played {
        Userspace() {
            super(IptablesFlavour.NFT, "userspace");
        }
    }

    /// Where no bridge and no address on the wire tells who is who: what depends on sources.
    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    final class UserspaceOverlay extends Played {
        UserspaceOverlay() {
            super(IptablesFlavour.NFT, "userspace");
        }

        @Override
        ScenarioCluster start(IptablesFlavour flavour, Path logs, String mode) throws IOException {
            return ScenarioCluster.startOverlay(flavour, logs, mode);
        }

        @Override
        boolean plays(Scenario scenario) {
            return scenario.toString().matches("(cluster-ip|policy-local): .*")
                    && scenario.config().isEmpty();
        }
    }

    abstract static class Played {
        private final IptablesFlavour flavour;
        private final String mode;
        private ScenarioCluster cluster;

        Played(IptablesFlavour flavour, String mode) {
            this.flavour = flavour;
            this.mode = mode;
        }

        @BeforeAll
        void start() throws Exception {
            if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                throw new AssertionError("this test builds network namespaces: run it as root");
            }
            Path base = Files.createDirectories(Path.of("target", "scenarios"));
            Path logs =
                    Files.createTempDirectory(base.toAbsolutePath(), mode + "-" + flavour + "-");
            cluster = start(flavour, logs, mode);
        }

        ScenarioCluster start(IptablesFlavour flavour, Path logs, String mode) throws IOException {
            return ScenarioCluster.start(flavour, logs, mode);
        }

        boolean plays(Scenario scenario) {
            return true;
        }

        @AfterAll
        void remove() {
            if (cluster != null) {
                cluster.close();
            }
        }

        /// By configuration, since each new one costs a restart.
        @TestFactory
        @Execution(ExecutionMode.SAME_THREAD)
        Stream<DynamicTest> scenarios() {
            return Catalogue.load().stream()
                    .filter(scenario -> scenario.toString().matches(ONLY) && plays(scenario))
                    .sorted(Comparator.comparing(scenario -> scenario.config().toString()))
                    .map(scenario ->
                            DynamicTest.dynamicTest(
                                    scenario.toString(),
                                    () -> assertThat(cluster.play(scenario)).isEmpty()));
        }
    }
}
