package dev.swivel.core.model;

import java.util.Set;

/// What differs between the state a backend last committed and the one it is given.
///
/// @param full trust nothing that was committed before: write everything
/// @param node the node's view changed (zone, addresses): what does not belong to a service must be
///   written again
/// @param services the services that were added, changed or removed. When `full` it is empty and
///   means all
/// @param reason for the log: why a sync is full, or what asked for it
public record Change(boolean full, boolean node, Set<ServiceName> services, String reason) {
    public Change {
        services = Set.copyOf(services);
    }

    public static Change everything(String reason) {
        return new Change(true, true, Set.of(), reason);
    }

    public static Change of(Set<ServiceName> services) {
        return new Change(false, false, services, "changed");
    }
}
