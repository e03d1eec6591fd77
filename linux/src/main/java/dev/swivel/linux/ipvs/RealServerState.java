package dev.swivel.linux.ipvs;

/// A real server with what it has to do right now.
///
/// @param activeConnections connections whose TCP state is established (and all but closed states
///   of other protocols)
/// @param inactiveConnections connections in any other state
/// @param persistentConnections templates that keep clients at this real server
public record RealServerState(
        RealServer server,
        int activeConnections,
        int inactiveConnections,
        int persistentConnections,
        Statistics statistics) {
    /// Whether no connection, living or dying, needs it.
    public boolean isIdle() {
        return activeConnections == 0 && inactiveConnections == 0;
    }
}
