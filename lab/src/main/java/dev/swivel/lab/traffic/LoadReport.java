package dev.swivel.lab.traffic;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What became of the requests of a load, in the order in which they ended.
public record LoadReport(List<Attempt> attempts) {
    public LoadReport {
        attempts = List.copyOf(attempts);
    }

    public int total() {
        return attempts.size();
    }

    public int succeeded() {
        return total() - failures().size();
    }

    public List<Attempt> failures() {
        return attempts.stream().filter(attempt -> !attempt.result().answered()).toList();
    }

    /// Only what was sent at or after this moment.
    public LoadReport since(Instant moment) {
        return new LoadReport(
                attempts.stream().filter(attempt -> !attempt.started().isBefore(moment)).toList());
    }

    /// Where the answered ones went.
    public Distribution distribution() {
        return new Distribution(attempts.stream().map(Attempt::result).toList());
    }

    /// When this pod answered for the first time: how long a change took to arrive.
    public Optional<Instant> firstAnswerOf(String pod) {
        return answersOf(pod).map(Attempt::ended).min(Instant::compareTo);
    }

    /// When this pod answered for the last time: how long one that is gone was still asked.
    public Optional<Instant> lastAnswerOf(String pod) {
        return answersOf(pod).map(Attempt::ended).max(Instant::compareTo);
    }

    private Stream<Attempt> answersOf(String pod) {
        return attempts.stream()
                .filter(attempt ->
                        attempt.result() instanceof ProbeResult.Answered answer
                                && answer.pod().equals(pod));
    }
}
