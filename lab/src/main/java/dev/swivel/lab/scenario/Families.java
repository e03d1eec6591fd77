package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.IpFamily;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// IP families as scenarios write them: `IPv4`, or `[IPv4, IPv6]`.
final class Families {
    private Families() {}

    /// The families in a field; without it all of `otherwise`. IPv4 first.
    static List<IpFamily> named(JsonNode field, Set<IpFamily> otherwise) {
        if (field.isMissingNode()) {
            return otherwise.stream().sorted().toList();
        }
        return ObjectForms.list(field).stream().map(each -> of(each.asText())).sorted().toList();
    }

    private static IpFamily of(String text) {
        return Arrays.stream(IpFamily.values())
                .filter(family -> family.label().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new ScenarioException("family " + text + " (expected: IPv4, IPv6)"));
    }
}
