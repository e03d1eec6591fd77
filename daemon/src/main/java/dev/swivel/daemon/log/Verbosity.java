package dev.swivel.daemon.log;

import ch.qos.logback.classic.Level;

/// How klog's verbosities and levels go together: 0 tells starts, faults and repairs, 2 every sync,
/// 6 everything.
final class Verbosity {
    private static final int DEBUG = 2;
    private static final int TRACE = 6;

    private Verbosity() {}

    /// The least level that is written at a verbosity.
    static Level level(int verbosity) {
        return verbosity >= TRACE ? Level.TRACE : verbosity >= DEBUG ? Level.DEBUG : Level.INFO;
    }

    /// The verbosity from which a level is written.
    static int of(Level level) {
        return level.isGreaterOrEqual(Level.INFO)
                ? 0
                : level.isGreaterOrEqual(Level.DEBUG) ? DEBUG : TRACE;
    }
}
