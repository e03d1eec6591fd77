package dev.swivel.userspace.pool;

/// One set of endpoints that a connection may be given to.
public final class Pool {
    Pool() {}
}
