package dev.swivel.lab.api.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The latest changes of one resource, in a ring: what watches read from.
///
/// Watches keep a position in the ring and no queue of their own, so a write costs the same however
/// many watch. One that falls behind by a whole ring is told so and has to start again.
public final class History {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final @Nullable Change[] ring;

    /// Number of changes ever appended; the next one goes to `appended % ring.length`.
    private long appended;

    /// A watch may start from this revision or a later one.
    private long floor;

    /// Grows when all open cursors have to end.
    private int epoch;

    History(int capacity) {
        this.ring = new @Nullable Change[capacity];
    }

    void append(Change change) {
        lock.lock();
        try {
            int slot = (int) (appended % ring.length);
            var lost = ring[slot];
            if (lost != null) {
                floor = Math.max(floor, lost.revision());
            }
            ring[slot] = change;
            appended++;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Forgets what lies before `revision`; open cursors are not disturbed.
    void compactTo(long revision) {
        lock.lock();
        try {
            floor = Math.max(floor, revision);
        } finally {
            lock.unlock();
        }
    }

    /// Forgets everything and ends all cursors.
    void restartAt(long revision) {
        lock.lock();
        try {
            Arrays.fill(ring, null);
            appended = 0;
            floor = revision;
            epoch++;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends all cursors; new ones may open at any revision that could be opened before.
    public void endCursors() {
        lock.lock();
        try {
            epoch++;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// A cursor on the changes after `revision`.
    ///
    /// @throws StatusException 410 if some of them are forgotten
    public Cursor open(long revision) {
        lock.lock();
        try {
            if (revision < floor) {
                throw StatusException.expired(
                        "too old resource version: " + revision + " (" + floor + ")");
            }
            long position = appended;
            long oldest = Math.max(0, appended - ring.length);
            while (position > oldest && at(position - 1).revision() > revision) {
                position--;
            }
            return new Cursor(position, revision, epoch);
        } finally {
            lock.unlock();
        }
    }

    private Change at(long index) {
        var change = ring[(int) (index % ring.length)];
        if (change == null) {
            throw new IllegalStateException("empty slot " + index);
        }
        return change;
    }

    /// A reader's place in the history. For one thread.
    public final class Cursor {
        private final long from;
        private final int openedIn;
        private long position;

        private Cursor(long position, long from, int openedIn) {
            this.position = position;
            this.from = from;
            this.openedIn = openedIn;
        }

        /// Waits for changes, at most for `patience`.
        ///
        /// @return the next changes in order, empty when none came in time; null when the cursor
        ///   ended
        /// @throws StatusException 410 if the reader fell behind by more than the ring holds
        public @Nullable List<Change> next(Duration patience) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                long nanos = patience.toNanos();
                while (position >= appended && openedIn == epoch && nanos > 0) {
                    nanos = grown.awaitNanos(nanos);
                }
                return openedIn == epoch ? take() : null;
            } finally {
                lock.unlock();
            }
        }

        private List<Change> take() {
            if (position < appended - ring.length) {
                throw StatusException.expired("watch fell behind the history that is kept");
            }
            var batch = new ArrayList<Change>();
            for (; position < appended; position++) {
                var change = at(position);
                // A watch that asked for a future revision stays silent until then.
                if (change.revision() > from) {
                    batch.add(change);
                }
            }
            return batch;
        }
    }
}
