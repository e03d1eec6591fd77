package dev.swivel.userspace.route;

/// Which source address an endpoint sees.
public enum SourceMode {
    /// The client's address, by [Translation#keep].
    KEEP,
    /// An address of this node: that of a plain connection.
    MASQUERADE
}
