package dev.swivel.userspace.pool;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.EndpointChoice;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.core.model.SourceRanges;
import java.util.List;
import java.util.Map;

/// Service ports for tests.
public final class Ports {
    private Ports() {}

    public static ServicePortName name(Protocol protocol) {
        return new ServicePortName(new ServiceName("shop", "web"), "http", protocol);
    }

    public static ResolvedPort port(
            Protocol protocol,
            List<Endpoint> endpoints,
            int affinitySeconds,
            Map<String, String> options) {
        return new ResolvedPort(
                name(protocol),
                List.of(new Frontend.ClusterIp(IpAddress.of("10.96.0.10"), 80)),
                SourceRanges.ANYONE,
                affinitySeconds,
                false,
                false,
                new EndpointChoice(endpoints, endpoints, !endpoints.isEmpty(), List.of()),
                options);
    }

    public static Endpoint endpoint(String address, int port) {
        return new Endpoint(IpAddress.of(address), port, true);
    }
}
