package dev.swivel.userspace.balance;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The balancing algorithms, by the names that flag, configuration and annotation use.
public enum Algorithm {
    /// Each in turn, as often as its weight says.
    ROUND_ROBIN,
    /// Any, as likely as its weight says.
    RANDOM,
    /// The one with the fewest connections for its weight.
    LEAST_CONNECTIONS,
    /// Of two drawn by weight, the one with the smaller product of latency and connections.
    POWER_OF_TWO,
    /// By consistent hashing of the flow.
    MAGLEV;

    private final String option = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// The name in options: `round-robin`, `random`, `least-connections`, `power-of-two`, `maglev`.
    public String option() {
        return option;
    }

    public static Optional<Algorithm> of(String option) {
        return Arrays.stream(values()).filter(a -> a.option.equals(option)).findFirst();
    }

    /// All option names, for messages.
    public static String options() {
        return Arrays.stream(values()).map(Algorithm::option).collect(Collectors.joining(", "));
    }

    /// A balancer over endpoints that have these weights.
    ///
    /// @param keys what identifies each endpoint: it must not depend on the others (consistent
    ///   hashing)
    public Balancer over(Weights weights, long[] keys) {
        return switch (this) {
            case ROUND_ROBIN -> new RoundRobin(weights);
            case RANDOM -> new RandomChoice(weights);
            case LEAST_CONNECTIONS -> new LeastConnections(weights);
            case POWER_OF_TWO -> new PowerOfTwo(weights);
            case MAGLEV -> new Maglev(weights, keys);
        };
    }
}
