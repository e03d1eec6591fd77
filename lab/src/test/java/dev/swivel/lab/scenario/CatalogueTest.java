package dev.swivel.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.swivel.lab.scenario.traced.IptablesRules;
import dev.swivel.lab.scenario.traced.TracedScenario;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The catalogue complains of what it cannot understand, and a wrong expectation is found out.
final class CatalogueTest {
    @Test
    void whatIsTruePasses() throws Exception {
        assertThat(play("endpoints: [web-1, web-2], source: kept")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "endpoints: [web-1]",
                "endpoints: [web-1, web-2, web-3]",
                "endpoints: [web-1, 'web-2:8081']",
                "endpoints: [web-1, web-2], source: node",
                "verdict: refused",
                "verdict: dropped",
                "verdict: untouched"
            })
    void whatIsNotTrueIsFoundOutInBothFamilies(String expected) throws Exception {
        assertThat(play(expected)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verdict: lost",
                "endpoints: [web-9]",
                "endpoints: [web-1], source: lost",
                "endpoints: [web-1], surprise: true"
            })
    void whatCannotBeUnderstoodIsNamed(String expected) {
        assertThatThrownBy(() -> play(expected))
                .isInstanceOf(ScenarioException.class)
                .hasMessageStartingWith("test: one: ");
    }

    private static List<Mismatch> play(String expected) throws IOException {
        var yaml =
                new ObjectMapper(new YAMLFactory())
                        .readTree(
                                """
                                - name: one
                                  why: for this test
                                  objects:
                                  - Service: web
                                    spec: {clusterIP: 10.96.0.10, ports: [80]}
                                  - EndpointSlice: web
                                    endpoints: [web-1, web-2]
                                  packets:
                                  - {from: client-1, to: "10.96.0.10:80", %s}
                                """
                                        .formatted(expected));
        return TracedScenario.play(Catalogue.read("test", yaml).getFirst(), IptablesRules::new);
    }
}
