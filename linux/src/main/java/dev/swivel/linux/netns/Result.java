package dev.swivel.linux.netns;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Hands what a task gave or threw from the thread that ran it to the thread that asked.
final class Result<T> {
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable T value;
    private @Nullable Throwable failure;

    void take(Task<T, ?> task) {
        try {
            value = task.call();
        } catch (Throwable t) {
            failure = t;
        } finally {
            done.countDown();
        }
    }

    /// Waits until the task ended, however often the caller is interrupted: the task may hold the
    /// namespace's resources. Interrupts are passed on to it.
    void await(Thread worker) {
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
                worker.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a Task<T, X> throws X only; T may be null
    <X extends Exception> T get() throws X {
        return switch (failure) {
            case null -> value;
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw (X) failure;
        };
    }
}
