package dev.swivel.netfilter.commit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/// Waits until the connections that a leaving backend still carries have ended.
public final class Idle {
    /// Between looks at what still has connections.
    private static final long INTERVAL_MILLIS = 500;

    /// Looks once.
    @FunctionalInterface
    public interface Check {
        /// @return whether no connection lives any longer
        boolean isIdle() throws IOException;
    }

    private Idle() {}

    /// Returns once the check says so, or the patience is over. Without patience it does not look.
    ///
    /// @throws InterruptedIOException when the thread was interrupted
    public static void await(Duration patience, Check check) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() - deadline < 0 && !check.isIdle()) {
            try {
                Thread.sleep(INTERVAL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while connections live");
            }
        }
    }
}
