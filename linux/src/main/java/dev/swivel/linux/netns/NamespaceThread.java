package dev.swivel.linux.netns;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;

/// One platform thread that lives in a namespace and does what it is handed, in order.
///
/// Calls made from the thread itself run at once, so that nested calls cannot deadlock.
public final class NamespaceThread implements Executor, AutoCloseable {
    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Object gate = new Object();
    private final Thread thread;
    private boolean closed;

    /// Touched by the thread only.
    private boolean stopped;

    NamespaceThread(NetworkNamespace namespace) {
        Result<Boolean> entered = new Result<>();
        thread =
                Thread.ofPlatform()
                        .name("netns-" + namespace.name())
                        .daemon()
                        .start(() -> {
                            entered.take(() -> {
                                namespace.enter();
                                return true;
                            });
                            work();
                        });
        entered.await(thread);
        try {
            boolean _ = entered.<RuntimeException>get();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Runs the task in the namespace and waits for it.
    ///
    /// @throws RejectedExecutionException when this thread was closed
    public <T, X extends Exception> T call(Task<T, X> task) throws X {
        if (Thread.currentThread().equals(thread)) {
            return task.call();
        }
        Result<T> result = new Result<>();
        execute(() -> result.take(task));
        result.await(thread);
        return result.<X>get();
    }

    /// Like [#call] for work that gives nothing back.
    public <X extends Exception> void run(Action<X> action) throws X {
        boolean _ =
                this.<Boolean, X>call(() -> {
                    action.run();
                    return true;
                });
    }

    /// Queues the task. What it throws goes to the thread's uncaught exception handler.
    @Override
    public void execute(Runnable task) {
        synchronized (gate) {
            if (closed) {
                throw new RejectedExecutionException(thread.getName() + " is closed");
            }
            queue.add(task);
        }
    }

    /// Does what is queued, then ends the thread. Waits for that, unless called from the thread.
    @Override
    public void close() {
        synchronized (gate) {
            if (!closed) {
                closed = true;
                queue.add(() -> stopped = true);
            }
        }
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        while (!stopped) {
            Runnable task;
            try {
                task = queue.take();
            } catch (InterruptedException _) {
                continue; // meant for a task that is over
            }
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }
}
