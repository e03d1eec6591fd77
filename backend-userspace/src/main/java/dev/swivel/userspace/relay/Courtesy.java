package dev.swivel.userspace.relay;

import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.process.TimeSlice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether those whom an event loop wakes by passing a message on run at once, in its place. Where
/// one message follows the other, as on a single connection, they should: the loop then has nothing
/// to do but wait for the answer, and if it ran on, whoever has been woken would be moved to
/// another processor, which would have to be woken as well. Where several messages wait, each such
/// change only costs.
///
/// Linux lets one who has woken go before one that runs if its time slice is shorter
/// (`PREEMPT_SHORT` in kernel/sched/features.h, from 6.12 on). So the loop's becomes a little
/// longer than usual, which means little in the competition for a busy processor. Confined to the
/// loop's thread.
final class Courtesy {
    private static final Logger log = LoggerFactory.getLogger(Courtesy.class);

    /// A longer slice is so by one part in this many.
    private static final long PART = 20;

    private static final int MOST_CREDIT = 64;
    private static final int ENOUGH = 32;
    private static final int CROWD = 4;

    /// Sets the time slice of the calling thread, nanoseconds.
    @FunctionalInterface
    interface Slice {
        void set(long nanos) throws ErrnoException;
    }

    private final long usual;
    private final Slice slice;
    private int credit;
    private boolean courteous;

    /// @param usual nanoseconds; zero if the kernel does not tell, and nothing is to be done
    Courtesy(long usual, Slice slice) {
        this.usual = usual;
        this.slice = slice;
    }

    /// Of threads that are scheduled like the one that calls this.
    static Courtesy likeThisThread() {
        long usual = 0;
        try {
            usual = TimeSlice.nanos();
        } catch (ErrnoException e) {
            log.debug("Time slices stay as they are: {}", e.getMessage());
        }
        return new Courtesy(usual, TimeSlice::set);
    }

    /// So many messages came at once, at least one.
    void news(int messages) {
        credit = messages == 1 ? Math.min(MOST_CREDIT, credit + 1) : Math.max(0, credit - CROWD);
        if (usual > 0 && (courteous ? credit == 0 : credit >= ENOUGH)) {
            courteous = !courteous;
            try {
                slice.set(courteous ? usual + usual / PART : usual);
            } catch (ErrnoException e) {
                log.debug("A time slice stays as it is: {}", e.getMessage());
            }
        }
    }
}
