package dev.swivel.userspace.route;

/// Who sent traffic, as the capture rules tell by sending it to different listeners: the traffic
/// policies and the choice of the source address depend on it (spec 3.7).
public enum Way {
    /// What the local-traffic detector takes for a pod of this node.
    LOCAL_POD,
    /// A process in this node's network.
    NODE,
    /// Anybody else, or anybody where local traffic cannot be told.
    ELSEWHERE
}
