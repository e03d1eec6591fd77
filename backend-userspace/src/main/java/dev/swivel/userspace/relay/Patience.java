package dev.swivel.userspace.relay;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Whether an event loop that has nothing to do looks around for a moment before it sleeps. Waking
/// a sleeper costs more than passing on a small message, above all on a virtual machine; one that
/// looks around sees news at once.
///
/// It does so where news usually comes that soon: after four of five waits, as the last ones
/// showed. An idle loop, or one whose clients think between requests, never does. Nor does any
/// while the machine has no processor to spare: others need it for more than waiting. (Offering it
/// to them with sched_yield(2) at each look would be simpler, but the scheduler then puts who
/// yields at the end of the queue, by milliseconds.) Times are those of [System#nanoTime].
final class Patience {
    private static final int MOST_CREDIT = 16;
    private static final int ENOUGH = 8;
    private static final int DISAPPOINTMENT = 4;

    /// What it takes a sleeper to wake up: its waits are that much longer than those of one awake.
    private static final long WAKING = Duration.ofNanos(50_000).toNanos();

    /// How long an answer about spare processors holds.
    private static final long HOLDS = Duration.ofMillis(1).toNanos();

    private final long most;
    private final BooleanSupplier spareProcessor;
    private int credit;
    private boolean asked;
    private boolean spare;
    private long askedAt;

    /// @param most how long it looks around at a time; zero for never
    /// @param spareProcessor whether there is a processor that nobody else needs, right now
    Patience(Duration most, BooleanSupplier spareProcessor) {
        this.most = most.toNanos();
        this.spareProcessor = spareProcessor;
    }

    /// Whether to look around (again).
    ///
    /// @param since when the loop ran out of things to do
    boolean looks(long since, long now) {
        if (now - since >= most || credit < ENOUGH) {
            return false;
        }
        if (!asked || now - askedAt >= HOLDS) {
            asked = true;
            askedAt = now;
            spare = spareProcessor.getAsBoolean();
        }
        return spare;
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
