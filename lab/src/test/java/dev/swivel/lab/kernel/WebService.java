package dev.swivel.lab.kernel;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.EndpointChoice;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.core.model.SourceRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Services as the backend gets them.
///
/// @param external whether it also has a VIP and a node port, under policy Local
record WebService(
        String name,
        Protocol protocol,
        List<Frontend> frontends,
        boolean external,
        Map<String, String> options) {

    static WebService named(String name, String clusterIp) {
        return new WebService(
                name,
                Protocol.TCP,
                List.of(new Frontend.ClusterIp(IpAddress.of(clusterIp), 80)),
                false,
                Map.of());
    }

    /// The Service `shop/web`, 10.96.0.10.
    static WebService web() {
        return named("web", "10.96.0.10");
    }

    WebService withExternal() {
        List<Frontend> more = new ArrayList<>(frontends);
        more.add(new Frontend.LoadBalancerVip(IpAddress.of("203.0.113.10"), 80));
        more.add(new Frontend.NodePort(30080));
        return new WebService(name, protocol, more, true, options);
    }

    WebService with(Protocol other) {
        return new WebService(name, other, frontends, external, options);
    }

    WebService withFrontend(Frontend frontend) {
        List<Frontend> more = new ArrayList<>(frontends);
        more.add(frontend);
        return new WebService(name, protocol, more, external, options);
    }

    WebService withOption(String key, String value) {
        return new WebService(name, protocol, frontends, external, Map.of(key, value));
    }

    /// @param endpoints the first is a local one
    ResolvedService servedBy(String... endpoints) {
        List<Endpoint> cluster =
                Stream.of(endpoints)
                        .map(ip -> new Endpoint(IpAddress.of(ip), 8080, false))
                        .toList();
        ServiceName service = new ServiceName("shop", name);
        return new ResolvedService(
                service,
                List.of(
                        new ResolvedPort(
                                new ServicePortName(service, "", protocol),
                                frontends,
                                SourceRanges.ANYONE,
                                0,
                                false,
                                external,
                                new EndpointChoice(
                                        cluster,
                                        cluster.stream().limit(1).toList(),
                                        !cluster.isEmpty(),
                                        List.of()),
                                options)),
                0,
                0);
    }
}
