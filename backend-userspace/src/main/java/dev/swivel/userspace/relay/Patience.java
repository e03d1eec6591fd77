package dev.swivel.userspace.relay;

import java.time.Duration;

/// Whether an event loop that has nothing to do looks around for a moment before it sleeps. Waking
/// a sleeper costs more than passing on a small message, above all on a virtual machine; one that
/// looks around sees news at once.
///
/// It does so where news usually comes that soon: after four of five waits, as the last ones
/// showed. An idle loop, or one whose clients think between requests, never does. While it looks,
/// it offers the processor to others; when one takes it and keeps it, the processor is wanted for
/// more than waiting, and the loop sleeps at once for a while. Times are those of
/// [System#nanoTime].
final class Patience {
    private static final int MOST_CREDIT = 16;
    private static final int ENOUGH = 8;
    private static final int DISAPPOINTMENT = 4;

    /// What it takes a sleeper to wake up: its waits are that much longer than those of one awake.
    private static final long WAKING = Duration.ofNanos(50_000).toNanos();

    /// More than a client or an endpoint needs for its part of an exchange, less than a scheduler
    /// gives to those who calculate.
    private static final long TAKEN = Duration.ofNanos(250_000).toNanos();

    private static final long PAUSE = Duration.ofMillis(100).toNanos();

    private final long most;
    private int credit;
    private long pausedAt;
    private boolean paused;

    /// @param most how long it looks around at a time; zero for never
    Patience(Duration most) {
        this.most = most.toNanos();
    }

    /// Whether to look around (again).
    ///
    /// @param since when the loop ran out of things to do
    boolean looks(long since, long now) {
        if (now - since >= most || credit < ENOUGH) {
            return false;
        }
        paused = paused && now - pausedAt < PAUSE;
        return !paused;
    }

    /// Others were offered the processor.
    ///
    /// @param took until it came back
    void offered(long now, long took) {
        if (took >= TAKEN) {
            paused = true;
            pausedAt = now;
        }
    }

    /// News came.
    ///
    /// @param waited since the loop ran out of things to do
    /// @param asleep whether it was sleeping then
    void news(long waited, boolean asleep) {
        if (waited <= (asleep ? most + WAKING : most)) {
            credit = Math.min(MOST_CREDIT, credit + 1);
        } else {
            credit = Math.max(0, credit - DISAPPOINTMENT);
        }
    }
}
