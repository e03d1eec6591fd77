package dev.swivel.core.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

    /// All frontends of one of its ports, of both families, in order of precedence. An address
    /// listed twice counts once, as what it is listed as first.
    public List<Frontend> frontends(Port port) {
        Map<IpAddress, Frontend> byAddress = new LinkedHashMap<>();
        clusterIps.forEach(
                ip -> byAddress.putIfAbsent(ip, new Frontend.ClusterIp(ip, port.port())));
        externalIps.forEach(
                ip -> byAddress.putIfAbsent(ip, new Frontend.ExternalIp(ip, port.port())));
        loadBalancerVips.forEach(
                ip -> byAddress.putIfAbsent(ip, new Frontend.LoadBalancerVip(ip, port.port())));
        List<Frontend> all = new ArrayList<>(byAddress.values());
        if (port.nodePort() != 0) {
            all.add(new Frontend.NodePort(port.nodePort()));
        }
        return all;
    }

    /// One entry of `spec.ports`.
    ///
    /// @param port 1 to 65535
    /// @param nodePort 1 to 65535, or 0 for none
    public record Port(String name, Protocol protocol, int port, int nodePort) {}
}
