package dev.swivel.lab.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Does the same to many things at once and waits for all of them.
final class InParallel {
    private InParallel() {}

    /// Runs to the end for every item even if some fail, then throws the first failure with the
    /// others suppressed.
    static <T> void forEach(Collection<T> items, Consumer<? super T> action) {
        var running = new ArrayList<Future<?>>(items.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            items.forEach(item -> running.add(threads.submit(() -> action.accept(item))));
        }
        IllegalStateException failure = null;
        for (var task : running) {
            try {
                task.get();
            } catch (ExecutionException e) {
                if (failure == null) {
                    failure = new IllegalStateException(e.getCause());
                } else {
                    failure.addSuppressed(e.getCause());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
