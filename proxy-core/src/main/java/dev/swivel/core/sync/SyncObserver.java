package dev.swivel.core.sync;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.track.ModelSize;
import dev.swivel.core.watch.ClusterEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the sync loop tells metrics, health and log. Called on the sync thread: answers quickly.
public interface SyncObserver {
    /// The way of a change, in parts that follow one another.
    enum Stage {
        /// From its arrival to the sync thread's taking it.
        INBOX,
        /// From there to the beginning of a sync: the rest after the last one.
        PACE,
        /// Working out what changed Services come to.
        RESOLVE,
        /// What the backend takes to bring it into the kernel.
        APPLY
    }

    /// A change, or all that go into one sync, took that long for one part of the way.
    void stage(Stage stage, long nanos);

    /// How much is remembered of the cluster, after each sync.
    void modelSize(ModelSize size);

    /// The backend runs: from now on there are syncs.
    void started();

    /// The backend cannot start as this machine is now; another attempt follows.
    ///
    /// @param retryIn until then
    void startFailed(BackendException cause, Duration retryIn);

    /// A Service event arrived.
    ///
    /// @param changed whether anything a proxy reads differs from before
    void serviceEvent(boolean changed);

    /// An EndpointSlice event arrived.
    void sliceEvent(boolean changed);

    /// The own Node was seen, or is gone.
    void nodeSeen(Optional<Node> node);

    /// The source of events was lost, refused or found again.
    void sourceState(ClusterEvent.SourceState state);

    /// All changes so far go into the sync that begins.
    void taken();

    /// A change waits to be programmed.
    void queued(IpFamily family);

    /// What was queued does not concern this family: the kernel holds all it should.
    void upToDate(IpFamily family);

    /// The kernel holds this state.
    ///
    /// @param triggers when the slice changes happened that this sync programmed
    void synced(
            ProxyState state,
            Change change,
            ApplyReport report,
            Duration took,
            List<Instant> triggers);

    /// The kernel holds what it held before; a retry follows.
    ///
    /// @param retryIn until the next attempt
    void failed(
            IpFamily family,
            Change change,
            BackendException cause,
            Duration took,
            Duration retryIn);

    /// This machine cannot serve the family, though it serves another; nothing was done. A full
    /// sync follows when it can.
    void unserved(IpFamily family, String reason);

    /// Others have changed what we programmed; a full sync follows.
    void drifted(IpFamily family, Drift drift);
}
