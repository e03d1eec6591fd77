package dev.swivel.ipvs.render;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What must change in the kernel.
///
/// @param pools virtual servers that come, go or differ
/// @param remarked elements that are there and get another mark
/// @param bound addresses for the services' interface
/// @param unbound addresses that it needs no longer
/// @param problems of the services that changed
public record Delta(
        List<PoolChange> pools,
        Set<Element> added,
        Set<Element> remarked,
        Set<Element> removed,
        Set<IpAddress> bound,
        Set<IpAddress> unbound,
        List<Problem> problems) {

    /// A virtual server before and after; absent where it does not exist.
    public record PoolChange(Optional<Pool> before, Optional<Pool> after) {}
}
