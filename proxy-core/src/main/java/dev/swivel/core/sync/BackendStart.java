package dev.swivel.core.sync;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.ProxyBackend;
import java.time.Duration;

/// Starts the backend, again and again until this machine lets it. What is missing may come: a
/// package that is being installed, a kernel module, a lock that is let go. Confined to the sync
/// thread.
final class BackendStart {
    private final ProxyBackend backend;
    private final BackendContext context;
    private final Pace pace;
    private final SyncObserver observer;
    private boolean done;
    private int failures;
    private long next;

    /// @param now as [System#nanoTime]: the first attempt is due
    BackendStart(
            ProxyBackend backend,
            BackendContext context,
            Pace pace,
            SyncObserver observer,
            long now) {
        this.backend = backend;
        this.context = context;
        this.pace = pace;
        this.observer = observer;
        this.next = now;
    }

    boolean isDone() {
        return done;
    }

    /// When the next attempt is due, as [System#nanoTime].
    long next() {
        return next;
    }

    /// Makes an attempt if one is due.
    ///
    /// @return whether the backend runs
    boolean attempt(long now) {
        if (!done && now - next >= 0) {
            try {
                backend.start(context);
                done = true;
                observer.started();
            } catch (BackendException e) {
                failed(e);
            } catch (RuntimeException | LinkageError e) {
                failed(new BackendException("unexpected: " + e, e));
            }
        }
        return done;
    }

    private void failed(BackendException cause) {
        failures++;
        long rest = pace.restNanos(failures, 0);
        next = System.nanoTime() + rest;
        observer.startFailed(cause, Duration.ofNanos(rest));
    }
}
