package dev.swivel.lab.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waiting for what something else brings about, by asking often.
///
/// @param limit after which the wait fails
record Patience(Duration limit) {
    private static final long PAUSE_NANOS = 1_000_000;

    /// What is waited for.
    interface Condition {
        boolean holds() throws IOException;
    }

    static Patience of(Duration limit) {
        return new Patience(limit);
    }

    /// @return milliseconds from the call until the condition held
    /// @throws IOException when it does not hold in time
    double await(String what, Condition condition) throws IOException {
        return awaitSince(System.nanoTime(), what, condition);
    }

    /// @param start in terms of [System#nanoTime]
    /// @return milliseconds from the start until the condition held
    double awaitSince(long start, String what, Condition condition) throws IOException {
        while (!condition.holds()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new IOException(what + ": not done after " + limit.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            if (Thread.interrupted()) {
                throw new IOException(what + ": interrupted");
            }
        }
        return (System.nanoTime() - start) / 1e6;
    }

    /// Lets time pass.
    static void rest(Duration duration) throws IOException {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
