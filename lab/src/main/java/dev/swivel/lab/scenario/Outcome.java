package dev.swivel.lab.scenario;

import dev.swivel.core.model.IpAddress;
import dev.swivel.lab.scenario.Expected.Endpoint;
import dev.swivel.lab.scenario.Expected.Source;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// What became of one packet.
public sealed interface Outcome {
    record Reached(IpAddress address, int port, Source source) implements Outcome {}

    record Refused() implements Outcome {}

    record Dropped() implements Outcome {}

    record Untouched() implements Outcome {}

    /// What is wrong with these outcomes, which are all that may happen to a packet; empty if
    /// nothing is.
    static Optional<String> verify(Expected expected, Set<Outcome> outcomes) {
        return switch (expected) {
            case Expected.Refused() -> only(new Refused(), outcomes);
            case Expected.Dropped() -> only(new Dropped(), outcomes);
            case Expected.Untouched() -> only(new Untouched(), outcomes);
            case Expected.Served served -> verify(served, outcomes);
        };
    }

    private static Optional<String> only(Outcome wanted, Set<Outcome> outcomes) {
        return outcomes.equals(Set.of(wanted))
                ? Optional.empty()
                : Optional.of("expected " + wanted + ", but: " + outcomes);
    }

    private static Optional<String> verify(Expected.Served expected, Set<Outcome> outcomes) {
        Set<Endpoint> missing = new HashSet<>(expected.endpoints());
        for (Outcome outcome : outcomes) {
            if (!(outcome instanceof Reached(var address, var port, var source))) {
                return Optional.of("expected to be served, but: " + outcome);
            }
            var meant =
                    expected.endpoints().stream()
                            .filter(endpoint -> endpoint.isAt(address, port))
                            .findFirst();
            if (meant.isEmpty()) {
                return Optional.of(
                        "unexpected endpoint %s port %d; expected %s"
                                .formatted(address, port, expected.endpoints()));
            }
            missing.remove(meant.get());
            if (expected.source().filter(wanted -> wanted != source).isPresent()) {
                return Optional.of(
                        "%s saw source %s, expected %s"
                                .formatted(address, source, expected.source().get()));
            }
        }
        if (expected.sticks()) {
            return outcomes.size() == 1
                    ? Optional.empty()
                    : Optional.of("does not stick to one endpoint: " + outcomes);
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of("these got no share: " + missing);
    }
}
