package dev.swivel.userspace.pool;

import java.time.Duration;

/// A moving average of how long answers take, which is forgotten when it is not renewed: whoever
/// was slow is tried again. Event loops write at the same time, and may lose each other's samples.
final class Latency {
    /// What was heard longer ago says nothing about now.
    private static final long FORGOTTEN_AFTER = Duration.ofSeconds(5).toNanos();

    private volatile long average;
    private volatile long heardAt;

    /// @param nanos how long it took
    /// @param now [System#nanoTime]
    void heard(long nanos, long now) {
        long known = recent(now);
        average = known == 0 ? nanos : known + (nanos - known) / 8;
        heardAt = now;
    }

    void forget() {
        average = 0;
    }

    /// In nanoseconds; 0 when nothing was heard of late.
    long recent(long now) {
        long known = average;
        return known != 0 && now - heardAt < FORGOTTEN_AFTER ? known : 0;
    }

    /// As it was last known.
    double seconds() {
        return average / 1e9;
    }
}
