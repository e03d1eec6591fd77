package dev.swivel.userspace.relay;

import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.process.TimeSlice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the threads of event loops share processors with those to whom they pass messages on.
final class Scheduling {
    private static final Logger log = LoggerFactory.getLogger(Scheduling.class);

    /// A loop's slice is longer than others' by one part in this many.
    private static final long PART = 20;

    private Scheduling() {}

    /// Lets whoever is woken by something that the calling thread sends run at once, on its
    /// processor: the thread itself then has nothing to do but wait for the answer. Linux lets one
    /// who has woken go before one that runs if its time slice is shorter (`PREEMPT_SHORT` in
    /// kernel/sched/features.h, from 6.12 on), so the thread's is made a little longer than the
    /// usual one. In the competition with others for a busy processor that little means little.
    static void receiversFirst() {
        try {
            long usual = TimeSlice.nanos();
            if (usual > 0) {
                TimeSlice.set(usual + usual / PART);
            }
        } catch (ErrnoException e) {
            log.debug("The time slice of an event loop stays as it is: {}", e.getMessage());
        }
    }
}
