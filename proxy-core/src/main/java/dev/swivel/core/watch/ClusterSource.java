package dev.swivel.core.watch;

import java.util.function.Consumer;

/// Where the state of the cluster comes from.
public interface ClusterSource extends AutoCloseable {
    /// Begins to send events. Returns without waiting for the first. Called once.
    ///
    /// @param sink called from several threads, and must only queue: it holds up the source
    void start(Consumer<ClusterEvent> sink);

    /// Ends all threads and connections of the source. No event is sent after it returns.
    @Override
    void close();
}
