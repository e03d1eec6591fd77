package dev.swivel.core.watch;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Node;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import java.time.Duration;
import java.util.List;

/// Something a [ClusterSource] learned. Events about one object arrive in order; across kinds no
/// order is promised. A value may be sent again unchanged, and a `Gone` may name something that was
/// never there.
public sealed interface ClusterEvent {

    record ServiceChanged(Service service) implements ClusterEvent {}

    /// Deleted, or changed into something that a proxy does not serve.
    record ServiceGone(ServiceName name) implements ClusterEvent {}

    record SliceChanged(EndpointSlice slice) implements ClusterEvent {}

    /// Deleted, moved to another owner, or changed into something that a proxy does not serve.
    ///
    /// @param owner the Service it belonged to
    record SliceGone(ServiceName owner, String sliceName) implements ClusterEvent {}

    record NodeChanged(Node node) implements ClusterEvent {}

    record NodeGone(String name) implements ClusterEvent {}

    /// The whole initial list of that kind has been sent. Once per kind.
    record ListSynced(Kind kind) implements ClusterEvent {}

    /// What is wrong with the newest version of an object. An empty list: nothing any more, or the
    /// object is gone. Objects that never had a problem are not mentioned.
    record ObjectProblems(ObjectRef object, List<Problem> problems) implements ClusterEvent {
        public ObjectProblems {
            problems = List.copyOf(problems);
        }
    }

    /// Whether the source can still learn what changes. One event per outage and one when it ends,
    /// never one per attempt.
    sealed interface SourceState extends ClusterEvent {
        Kind kind();
    }

    /// Changes of this kind arrive (again).
    ///
    /// @param outage how long they did not; zero at the first connection
    record Connected(Kind kind, Duration outage) implements SourceState {}

    /// Changes of this kind do not arrive. What is known stays in force; attempts go on.
    ///
    /// @param reason one line for the log
    record Disconnected(Kind kind, String reason) implements SourceState {}

    /// As [Disconnected], because the server refuses this kind: a permission is missing.
    record Forbidden(Kind kind, String reason) implements SourceState {}
}
