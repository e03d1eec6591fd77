package dev.swivel.lab.traffic;

import java.time.Duration;

/// What a listening server does with a request. A server that should refuse closes its listener
/// instead: see [Server#refuse()].
public sealed interface Behaviour {
    /// Answers, after a delay that may be zero.
    record Answer(Duration delay) implements Behaviour {
        public Answer {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("delay: " + delay + " (expected: >= 0)");
            }
        }
    }

    /// Takes the request and never answers.
    record Silence() implements Behaviour {}

    /// Cuts a TCP connection with RST when a request comes. For UDP the same as silence.
    record Reset() implements Behaviour {}

    static Behaviour prompt() {
        return new Answer(Duration.ZERO);
    }

    static Behaviour slow(Duration delay) {
        return new Answer(delay);
    }
}
