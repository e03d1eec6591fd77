package dev.swivel.core.sync;

import java.time.Duration;

/// When the next sync may start: arithmetic only, no clock and no thread (spec 8, with back-off for
/// retries).
///
/// With no minimum configured the rest follows the work: four times what the last sync took, at
/// most a second. So a burst on a large cluster is folded together, and a change on a small one
/// does not wait for a second it does not need (docs/differences.md).
///
/// @param min rest after the end of a sync before the next one may start; zero for a rest that
///   follows the work
/// @param firstRetry delay before the first retry after a failure; doubles with each further
///   failure
/// @param maxRetry upper bound of that delay
public record Pace(Duration min, Duration firstRetry, Duration maxRetry) {
    private static final int REST_FACTOR = 4;
    private static final Duration LONGEST_OWN_REST = Duration.ofSeconds(1);

    /// kube-proxy waits a whole sync period before it retries; we begin with a second.
    public static Pace of(Duration minSyncPeriod, Duration syncPeriod) {
        Duration first = Duration.ofSeconds(1);
        return new Pace(
                minSyncPeriod, first.compareTo(syncPeriod) < 0 ? first : syncPeriod, syncPeriod);
    }

    /// Nanoseconds to wait after a sync has ended.
    ///
    /// @param failures syncs that failed since the last success; 0 after a success
    /// @param tookNanos how long the sync took
    public long restNanos(int failures, long tookNanos) {
        long rest =
                min.isZero()
                        ? Math.min(REST_FACTOR * tookNanos, LONGEST_OWN_REST.toNanos())
                        : min.toNanos();
        if (failures == 0) {
            return rest;
        }
        long doubled = firstRetry.toNanos() << Math.min(failures - 1, 20);
        return Math.max(rest, Math.min(doubled, maxRetry.toNanos()));
    }
}
