package dev.swivel.lab.demo;

import dev.swivel.lab.cluster.Machine;
import dev.swivel.lab.traffic.Distribution;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Somebody asks a Service a number of times, and what should come of it.
///
/// @param service as a person calls it
/// @param address as a person calls it: what kind of address, and the address
/// @param by who asks, as a person calls them
/// @param asker the machine that asks
record Question(
        String service,
        String address,
        String by,
        Machine asker,
        Probe probe,
        Expectation expectation) {
    private static final int TIMES = 40;
    private static final int TIMES_WHEN_SILENT = 3;

    /// What should happen.
    sealed interface Expectation {
        /// These pods answer, each at least once, and nobody else; and see the asker's own address
        /// or not.
        record Answer(Set<String> pods, boolean sourceKept) implements Expectation {}

        /// One pod of these answers every time.
        record OnePodOf(Set<String> pods) implements Expectation {}

        record Refused() implements Expectation {}

        record Dropped() implements Expectation {}
    }

    /// What happened, in words, and whether it is what should have happened.
    record Verdict(String answeredBy, String podSaw, String text, boolean good) {}

    Verdict ask() {
        boolean silent = expectation instanceof Expectation.Dropped;
        if (expectation instanceof Expectation.OnePodOf) {
            probe.run(); // affinity begins with the first answer, not with eight first
            // connections at once
        }
        Distribution results = probe.inParallel(silent ? TIMES_WHEN_SILENT : TIMES);
        return switch (expectation) {
            case Expectation.Answer(var pods, var kept) ->
                    verdict(
                            results,
                            results.perPod().keySet().equals(pods) && allKept(results) == kept,
                            kept ? "source kept" : "masqueraded");
            case Expectation.OnePodOf(var pods) ->
                    verdict(
                            results,
                            results.perPod().size() == 1
                                    && pods.containsAll(results.perPod().keySet()),
                            "sticks to one");
            case Expectation.Refused() ->
                    verdict(
                            results,
                            results.results().stream()
                                    .allMatch(ProbeResult.Refused.class::isInstance),
                            "refused");
            case Expectation.Dropped() ->
                    verdict(
                            results,
                            results.results().stream()
                                    .allMatch(ProbeResult.TimedOut.class::isInstance),
                            "dropped");
        };
    }

    private static boolean allKept(Distribution results) {
        return results.results().stream()
                .allMatch(result ->
                        result instanceof ProbeResult.Answered answer && answer.sourceKept());
    }

    private Verdict verdict(Distribution results, boolean asExpected, String text) {
        boolean wantsAnswers =
                expectation instanceof Expectation.Answer
                        || expectation instanceof Expectation.OnePodOf;
        boolean good = asExpected && results.allAnswered() == wantsAnswers;
        String what =
                good
                        ? text
                        : "expected "
                                + expectation
                                + (results.failures().isEmpty()
                                        ? ""
                                        : ", but " + results.failures().getFirst());
        return new Verdict(shares(results), saw(results), what, good);
    }

    private static String shares(Distribution results) {
        if (results.perPod().isEmpty()) {
            return "nobody";
        }
        return results.perPod().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry ->
                        entry.getKey()
                                + " "
                                + Math.round(100.0 * entry.getValue() / results.total())
                                + "%")
                .collect(Collectors.joining("  "));
    }

    private static String saw(Distribution results) {
        List<String> peers = List.copyOf(new TreeSet<>(results.peersSeen()));
        return peers.isEmpty() ? "-" : String.join(" ", peers);
    }
}
