package dev.swivel.core.model;

import java.util.List;

/// A Service in one IP family, as this node must serve it.
///
/// @param healthCheckNodePort 0 for none
/// @param localReadyEndpoints distinct addresses of local ready endpoints, for the health-check
///   node port (spec 2.7)
public record ResolvedService(
        ServiceName name,
        List<ResolvedPort> ports,
        int healthCheckNodePort,
        int localReadyEndpoints) {
    public ResolvedService {
        ports = List.copyOf(ports);
    }
}
