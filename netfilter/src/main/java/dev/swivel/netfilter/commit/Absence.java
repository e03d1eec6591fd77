package dev.swivel.netfilter.commit;

import dev.swivel.core.backend.Drift;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An IP family that this machine cannot serve at present, and the trials whether it can again:
/// after a second, then twice as long each time, up to half a minute.
final class Absence {
    /// What an audit says of a family that can be served again.
    static final Drift OVER = new Drift(List.of("can be served now, and holds nothing"));

    private static final long FIRST_REST = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(30);

    private final Trial trial;
    private String reason;
    private long rest = FIRST_REST;
    private long next;

    /// Opens what the family needs.
    @FunctionalInterface
    interface Trial {
        void run() throws IOException;
    }

    /// @param now as [System#nanoTime]
    Absence(Trial trial, IOException cause, long now) {
        this.trial = trial;
        this.reason = String.valueOf(cause.getMessage());
        this.next = now + rest;
    }

    String reason() {
        return reason;
    }

    /// Tries, if that is due.
    ///
    /// @param now as [System#nanoTime]
    boolean isOver(long now) {
        if (now - next < 0) {
            return false;
        }
        try {
            trial.run();
            return true;
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
            rest = Math.min(2 * rest, LONGEST_REST);
            next = now + rest;
            return false;
        }
    }
}
