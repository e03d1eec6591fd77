package dev.swivel.userspace.route;

import org.jspecify.annotations.Nullable;

/// Finds the route of an arrival. Called on the event loops, concurrently with updates: it must not
/// block.
@FunctionalInterface
public interface Routing {
    /// The route, or null when nobody serves that address and port: a connection is reset, a flow
    /// is not made. A connection to a listener's own port has no route either.
    @Nullable Route route(Arrival arrival);
}
