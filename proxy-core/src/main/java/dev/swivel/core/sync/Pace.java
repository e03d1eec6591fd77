package dev.swivel.core.sync;

import java.time.Duration;

/// When the next sync may start: arithmetic only, no clock and no thread (spec 8, with back-off for
/// retries).
///
/// @param min rest after the end of a sync before the next one may start
/// @param firstRetry delay before the first retry after a failure; doubles with each further
///   failure
/// @param maxRetry upper bound of that delay
public record Pace(Duration min, Duration firstRetry, Duration maxRetry) {

    /// kube-proxy waits a whole sync period before it retries; we begin with a second.
    public static Pace of(Duration minSyncPeriod, Duration syncPeriod) {
        Duration first = Duration.ofSeconds(1);
        return new Pace(
                minSyncPeriod, first.compareTo(syncPeriod) < 0 ? first : syncPeriod, syncPeriod);
    }

    /// Nanoseconds to wait after a sync has ended.
    ///
    /// @param failures syncs that failed since the last success; 0 after a success
    public long restNanos(int failures) {
        if (failures == 0) {
            return min.toNanos();
        }
        long doubled = firstRetry.toNanos() << Math.min(failures - 1, 20);
        return Math.max(min.toNanos(), Math.min(doubled, maxRetry.toNanos()));
    }
}
