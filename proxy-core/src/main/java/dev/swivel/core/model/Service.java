package dev.swivel.core.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Service, cut down to what a proxy reads (spec 3.1). All values are validated; what was not
/// valid has been reported and left out.
///
/// @param created decides who keeps an address and port that two Services claim: the older one
/// @param clusterIps at most one per family; never empty
/// @param loadBalancerVips addresses from the status whose `ipMode` is VIP or unset
/// @param sourceRanges by family that has a ClusterIP
/// @param affinitySeconds ClientIP session affinity timeout in seconds, 1 to 86400; 0 for no
///   affinity
/// @param internalLocal `internalTrafficPolicy: Local`
/// @param externalLocal `externalTrafficPolicy: Local` on a Service that can be reached from
///   outside (spec 2.1)
/// @param healthCheckNodePort 0 for none
/// @param options annotations under `swivel.dev/`, without the prefix
public record Service(
        ServiceName name,
        Instant created,
        List<IpAddress> clusterIps,
        List<Port> ports,
        List<IpAddress> externalIps,
        List<IpAddress> loadBalancerVips,
        Map<IpFamily, SourceRanges> sourceRanges,
        int affinitySeconds,
        boolean internalLocal,
        boolean externalLocal,
        int healthCheckNodePort,
        Map<String, String> options) {

    public Service {
        clusterIps = List.copyOf(clusterIps);
        ports = List.copyOf(ports);
        externalIps = List.copyOf(externalIps);
        loadBalancerVips = List.copyOf(loadBalancerVips);
        sourceRanges = Map.copyOf(sourceRanges);
        options = Map.copyOf(options);
    }

    /// The ClusterIP of that family, if the Service has one.
    public Optional<IpAddress> clusterIp(IpFamily family) {
        return clusterIps.stream().filter(ip -> ip.family() == family).findFirst();
    }

    /// One entry of `spec.ports`.
    ///
    /// @param port 1 to 65535
    /// @param nodePort 1 to 65535, or 0 for none
    public record Port(String name, Protocol protocol, int port, int nodePort) {}
}
