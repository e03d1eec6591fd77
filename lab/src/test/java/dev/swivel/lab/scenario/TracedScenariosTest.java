package dev.swivel.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.lab.scenario.traced.IptablesRules;
import dev.swivel.lab.scenario.traced.TracedScenario;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The whole catalogue through the packet tracer.
final class TracedScenariosTest {
    @TestFactory
    Stream<DynamicTest> iptables() {
        return Catalogue.load().stream()
                .map(scenario ->
                        DynamicTest.dynamicTest(
                                scenario.toString(),
                                () ->
                                        assertThat(
                                                        TracedScenario.play(
                                                                scenario, IptablesRules::new))
                                                .isEmpty()));
    }
}
