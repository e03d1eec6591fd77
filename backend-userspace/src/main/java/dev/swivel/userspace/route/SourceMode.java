package dev.swivel.userspace.route;

/// Which source address an endpoint sees.
public enum SourceMode {
    /// The client's address and port, by a transparent socket: only where the answers come back
    /// through this node.
    KEEP,
    /// An address of this node.
    MASQUERADE
}
