package dev.swivel.daemon;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Keeps the heap close to what lives in it. The serial collector lets the heap grow up to its
/// limit before it looks at old objects: on a large machine, what the initial lists took would stay
/// resident for good (docs/decisions/0004-runtime-flags.md).
///
/// After a full sync, and when the heap has grown by a quarter and by 8 MB since the last time, all
/// of it is collected, and again a little later, when what was under way has ended. The pause, some
/// 50 to 100 ms, meets nobody: packets do not come through here. It is looked at some seconds after
/// a sync: what allocates comes with those, or so slowly that every few minutes will do.
final class HeapTrim implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(4);
    private static final Duration LONGEST_REST = Duration.ofMinutes(5);
    private static final long LEAST_GROWTH = 8 << 20;

    private final Thread thread;
    private final Semaphore syncs = new Semaphore(0);
    private volatile boolean due;
    private long trimmed;

    private HeapTrim() {
        thread = Thread.ofVirtual().name("heap-trim").unstarted(this::run);
    }

    static HeapTrim start() {
        HeapTrim trim = new HeapTrim();
        trim.thread.start();
        return trim;
    }

    /// What a full sync took can be given back. May be called from any thread.
    void synced(boolean full) {
        if (full) {
            due = true;
        }
        syncs.release();
    }

    private void run() {
        try {
            while (true) {
                boolean _ = syncs.tryAcquire(LONGEST_REST.toSeconds(), TimeUnit.SECONDS);
                Thread.sleep(INTERVAL);
                syncs.drainPermits();
                if (due || hasGrown()) {
                    due = false;
                    System.gc();
                    Thread.sleep(INTERVAL);
                    System.gc();
                    trimmed = Runtime.getRuntime().totalMemory();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasGrown() {
        long growth = Runtime.getRuntime().totalMemory() - trimmed;
        return growth > Math.max(LEAST_GROWTH, trimmed / 4);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
