package dev.swivel.core.watch.api;

import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterEvent.ListSynced;
import dev.swivel.core.watch.Kind;
import dev.swivel.core.watch.decode.ObjectFeed;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Follows the objects of one kind with an informer, and replaces the informer when it is stuck.
final class KindFollower<T extends HasMetadata> {
    private final Kind kind;
    private final Supplier<SharedIndexInformer<T>> newInformer;
    private final ObjectFeed feed;
    private final Consumer<ClusterEvent> sink;
    private final BiConsumer<Kind, Throwable> onFailure;

    private KnownKeys<T> known;
    private @Nullable Run run;
    private boolean synced;

    KindFollower(
            Kind kind,
            Supplier<SharedIndexInformer<T>> newInformer,
            Supplier<T> blank,
            ObjectFeed feed,
            Consumer<ClusterEvent> sink,
            BiConsumer<Kind, Throwable> onFailure) {
        this.kind = kind;
        this.newInformer = newInformer;
        this.known = new KnownKeys<>(blank);
        this.feed = feed;
        this.sink = sink;
        this.onFailure = onFailure;
    }

    Kind kind() {
        return kind;
    }

    synchronized void start() {
        SharedIndexInformer<T> informer = newInformer.get();
        // The namespace index would hold every key and version once more.
        informer.removeIndexer(Cache.NAMESPACE_INDEX);
        informer.itemStore(known);
        informer.exceptionHandler((_, failure) -> {
            onFailure.accept(kind, failure);
            return true; // the default would stop for good
        });
        Run next = new Run(informer);
        informer.addEventHandler(next);
        run = next;
        informer.start();
    }

    /// Lists everything again with a new informer. What was deleted meanwhile is noticed: the keys
    /// are kept.
    synchronized void restart() {
        stop();
        known = known.withoutVersions();
        start();
    }

    /// Whether the informer gave up, which it should never do.
    synchronized boolean hasStopped() {
        return run != null && !run.informer.isRunning();
    }

    synchronized void stop() {
        Run last = run;
        run = null;
        if (last != null) {
            last.informer.stop();
        }
    }

    /// One informer's life. What it still delivers after it was replaced is dropped: the next list
    /// brings it again.
    private final class Run implements ResourceEventHandler<T> {
        private final SharedIndexInformer<T> informer;

        Run(SharedIndexInformer<T> informer) {
            this.informer = informer;
        }

        @Override
        public void onAdd(T object) {
            whileCurrent(() -> feed.put(object));
        }

        @Override
        public void onUpdate(T before, T object) {
            whileCurrent(() -> feed.put(object));
        }

        @Override
        public void onDelete(T object, boolean finalStateUnknown) {
            whileCurrent(() ->
                    feed.remove(
                            kind,
                            object.getMetadata().getNamespace(),
                            object.getMetadata().getName()));
        }

        /// Runs after the callbacks for all objects of the list.
        @Override
        public void onList(String resourceVersion, boolean remainedEmpty) {
            whileCurrent(() -> {
                if (!synced) {
                    synced = true;
                    sink.accept(new ListSynced(kind));
                }
            });
        }

        private void whileCurrent(Runnable action) {
            synchronized (KindFollower.this) {
                if (run == this) {
                    action.run();
                }
            }
        }
    }
}
