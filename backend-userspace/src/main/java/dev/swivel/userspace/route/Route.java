package dev.swivel.userspace.route;

import dev.swivel.userspace.pool.Pool;

/// Where an arrival goes.
///
/// @param pool the endpoints that may serve it
/// @param source which source address the chosen one sees
public record Route(Pool pool, SourceChoice source) {}
