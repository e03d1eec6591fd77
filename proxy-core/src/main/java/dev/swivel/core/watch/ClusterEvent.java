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

    /// Whether the source can still learn what changes. One event when that ends and one when it is
    /// so again, never one per attempt. While it is not, what is known stays in force.
    sealed interface SourceState extends ClusterEvent {}

    /// Changes of every kind arrive (again), but for kinds that are [Forbidden].
    ///
    /// @param outage how long they did not; zero at the first connection
    record Connected(Duration outage) implements SourceState {}

    /// Changes of at least one kind do not arrive; attempts go on.
    ///
    /// @param reason one line for people
    record Disconnected(String reason) implements SourceState {}

    /// The server refuses this kind: a permission is missing. The other kinds go on.
    ///
    /// @param reason one line for people
    record Forbidden(Kind kind, String reason) implements SourceState {}

    /// The server grants this kind again.
    record Permitted(Kind kind, Duration outage) implements SourceState {}
}
