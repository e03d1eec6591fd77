package dev.swivel.userspace.relay;

import java.util.concurrent.atomic.AtomicInteger;

/// How many there may be at a time, over all event loops. Refusals are counted and said.
final class ConnectionLimit {
    private final String what;
    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final Shortage refusals;

    /// @param what the plural, for the log
    /// @param setting besides the limit of open files, for the log
    ConnectionLimit(String what, int most, String setting) {
        this.what = what;
        this.most = most;
        this.refusals =
                new Shortage(
                        "{}: new ones are refused. Raise the limit of open files (LimitNOFILE, ulimit -n)"
                                + setting
                                + " if this node should carry more");
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

    /// Whether more than three quarters are taken.
    boolean crowded() {
        return open.get() > most - most / 4;
    }

    int count() {
        return open.get();
    }

    int most() {
        return most;
    }

    long refused() {
        return refusals.count();
    }

    /// @param why for the log
    void refuse(String why) {
        refusals.tell(why);
    }
}
