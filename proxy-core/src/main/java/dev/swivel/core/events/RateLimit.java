package dev.swivel.core.events;

import java.time.Duration;

/// A bucket of tokens: so many at once, then one per interval. Confined to one thread.
final class RateLimit {
    private final int burst;
    private final long intervalNanos;
    private double tokens;
    private long lastNanos;
    private boolean used;

    RateLimit(int burst, Duration interval) {
        this.burst = burst;
        this.intervalNanos = interval.toNanos();
        this.tokens = burst;
    }

    /// @param nowNanos as [System#nanoTime]
    boolean take(long nowNanos) {
        if (used) {
            tokens = Math.min(burst, tokens + (double) (nowNanos - lastNanos) / intervalNanos);
        }
        used = true;
        lastNanos = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
