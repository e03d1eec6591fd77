package dev.swivel.ipvs.commit;

import java.util.function.LongSupplier;

/// Keeps something that takes its time from being done all the time: after it, a rest of twenty
/// times as long.
final class Rest {
    private static final int PER_WORK = 20;
    private static final long FREE_NANOS = 20_000_000;

    private final LongSupplier nanoTime;
    private long next;

    Rest(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.next = nanoTime.getAsLong();
    }

    boolean isOver() {
        return nanoTime.getAsLong() - next >= 0;
    }

    /// @param start when the work began
    void after(long start) {
        long end = nanoTime.getAsLong();
        next = end - start > FREE_NANOS ? end + (end - start) * PER_WORK : end;
    }
}
