package dev.swivel.userspace.balance;

/// What an algorithm sees of the endpoints it chooses among: a fixed number of them with fixed
/// weights, whose state changes all the time.
public interface Candidates {
    int size();

    /// Whether it may be chosen now.
    boolean usable(int index);

    /// Connections it has now.
    int connections(int index);

    /// Its recent latency in nanoseconds; 0 while nothing is known.
    long latency(int index);
}
