package dev.swivel.userspace.relay;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Something that this machine has not enough of at times: each time is counted, and it is said
/// once a minute. For all event loops.
final class Shortage {
    private static final Logger log = LoggerFactory.getLogger(Shortage.class);
    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private final String text;
    private final LongAdder count = new LongAdder();
    private final AtomicLong saidAt = new AtomicLong(System.nanoTime() - QUIET);

    /// @param text for the log, with `{}` for the case at hand, and what to do about it
    Shortage(String text) {
        this.text = text;
    }

    void tell(String what) {
        count.increment();
        long last = saidAt.get();
        long now = System.nanoTime();
        if (now - last >= QUIET && saidAt.compareAndSet(last, now)) {
            log.warn(text, what);
        }
    }

    long count() {
        return count.sum();
    }
}
