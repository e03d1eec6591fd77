package dev.swivel.lab.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Does the same to many things at once and waits for all of them.
final class InParallel {
    private InParallel() {}

    interface Action<T> {
        void on(T item) throws IOException;
    }

    /// Runs to the end for every item even if some fail.
    ///
    /// @throws IOException with every failure as a suppressed exception
    static <T> void forEach(Collection<T> items, Action<? super T> action) throws IOException {
        var running = new ArrayList<Future<?>>(items.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var item : items) {
                running.add(
                        threads.submit(() -> {
                            action.on(item);
                            return true;
                        }));
            }
        }
        var failures = new ArrayList<Throwable>();
        for (var task : running) {
            try {
                task.get();
            } catch (ExecutionException e) {
                failures.add(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            var all = new IOException(failures.size() + " failed: " + failures.getFirst());
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }
}
