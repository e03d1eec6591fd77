package dev.swivel.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.scenario.Catalogue;
import dev.swivel.lab.scenario.sent.ScenarioCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/// The whole catalogue with real packets, through real Swivel processes in mode ipvs.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IpvsScenarioChecks {
    /// A regular expression that scenarios are chosen by; all without it.
    static final String ONLY = "scenario.only";

    private ScenarioCluster cluster;

    @BeforeAll
    void start() throws Exception {
        Path base = Files.createDirectories(Path.of("target", "scenarios"));
        Path logs = Files.createTempDirectory(base.toAbsolutePath(), "ipvs-");
        cluster = ScenarioCluster.start(IptablesFlavour.LEGACY, logs, "ipvs");
    }

    @AfterAll
    void remove() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /// By configuration, since each new one costs a restart.
    @TestFactory
    Stream<DynamicTest> scenarios() {
        String only = System.getProperty(ONLY, ".*");
        return Catalogue.load().stream()
                .filter(scenario -> scenario.toString().matches(only))
                .sorted(Comparator.comparing(scenario -> scenario.config().toString()))
                .map(scenario ->
                        DynamicTest.dynamicTest(
                                scenario.toString(),
                                () -> assertThat(cluster.play(scenario)).isEmpty()));
    }
}
