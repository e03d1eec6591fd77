package dev.swivel.lab.scenario.sent;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what another process brings about.
final class Waiting {
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private Waiting() {}

    /// Looks again and again until the condition holds or the time is over.
    ///
    /// @return whether it held
    static boolean until(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
        return true;
    }
}
