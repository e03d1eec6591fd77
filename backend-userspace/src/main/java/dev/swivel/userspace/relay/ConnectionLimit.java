package dev.swivel.userspace.relay;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many there may be at a time, over all event loops. Refusals are counted, and said once a
/// minute.
final class ConnectionLimit {
    private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);
    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private final String what;
    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final AtomicLong saidAt = new AtomicLong(System.nanoTime() - QUIET);

    /// @param what the plural, for the log
    ConnectionLimit(String what, int most) {
        this.what = what;
        this.most = most;
    }

    /// Whether there is room for one more; it is taken then.
    boolean open() {
        if (open.incrementAndGet() <= most) {
            return true;
        }
        open.decrementAndGet();
        refuse(most + " " + what + " are open, as many as may be");
        return false;
    }

    /// There is one more, whose number is bounded elsewhere.
    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    int count() {
        return open.get();
    }

    int most() {
        return most;
    }

    long refused() {
        return refused.sum();
    }

    /// @param why for the log
    void refuse(String why) {
        refused.increment();
        long last = saidAt.get();
        long now = System.nanoTime();
        if (now - last >= QUIET && saidAt.compareAndSet(last, now)) {
            log.warn(
                    "{}: new ones are refused. Raise the limit of open files (LimitNOFILE, ulimit"
                            + " -n) if this node should carry more",
                    why);
        }
    }
}
