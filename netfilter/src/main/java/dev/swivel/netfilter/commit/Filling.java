package dev.swivel.netfilter.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Elements on their way into their sets. Many go on a thread of their own, while iptables-restore
/// reads the rules that need them; it is told to commit only once they are there
/// ([TableScript#writeTo]).
public final class Filling {
    /// Fewer are there sooner than a thread.
    private static final int MANY = 1000;

    private final FutureTask<Boolean> task;

    private Filling(FutureTask<Boolean> task) {
        this.task = task;
    }

    /// Begins, once the sets themselves are there. They are nobody else's until [#await] returns.
    public static Filling start(SetSync sets, SetPlan plan) {
        FutureTask<Boolean> task =
                new FutureTask<>(() -> {
                    sets.fill(plan);
                    return true;
                });
        if (plan.added.size() < MANY) {
            task.run();
        } else {
            Thread.ofVirtual().name("sets").start(task);
        }
        return new Filling(task);
    }

    /// Waits until all are there. May be called from any thread, and often.
    ///
    /// @throws IOException why they are not
    public void await() throws IOException {
        try {
            boolean _ = task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Like [#await].
    ///
    /// @throws UncheckedIOException why they are not
    public void awaitOrBreakOff() {
        try {
            await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
