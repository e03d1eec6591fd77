package dev.swivel.core.watch.api;

import java.time.Duration;

/// Rests between attempts, each twice as long as the one before, up to 32 times the first. For one
/// thread.
final class Backoff {
    private static final int MOST_DOUBLINGS = 5;

    private final Duration first;
    private int failures;

    Backoff(Duration first) {
        this.first = first;
    }

    void succeeded() {
        failures = 0;
    }

    /// @param least what the server asked for
    void rest(Duration least) throws InterruptedException {
        Duration next = first.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        Thread.sleep(next.compareTo(least) < 0 ? least : next);
    }
}
