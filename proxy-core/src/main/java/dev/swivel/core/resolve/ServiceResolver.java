package dev.swivel.core.resolve;

import dev.swivel.core.model.EndpointChoice;
import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.core.model.SourceRanges;
import dev.swivel.core.resolve.EndpointMerge.Candidate;
import dev.swivel.core.resolve.EndpointSelection.Need;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// Works out what this node must do for one Service in one IP family.
public final class ServiceResolver {
    private ServiceResolver() {}

    /// @param slices all slices of the Service, of both families, sorted by name
    /// @param owned for a port: which of its frontends are its own, and not an older Service's
    /// @return empty if the Service has no ClusterIP of the family
    public static Optional<ResolvedService> resolve(
            Service service,
            List<EndpointSlice> slices,
            IpFamily family,
            NodeView node,
            Function<ServicePortName, Predicate<Frontend>> owned) {
        if (service.clusterIp(family).isEmpty()) {
            return Optional.empty();
        }
        List<ResolvedPort> ports = new ArrayList<>(service.ports().size());
        Set<IpAddress> localReady = new HashSet<>();
        for (Service.Port port : service.ports()) {
            ServicePortName name =
                    new ServicePortName(service.name(), port.name(), port.protocol());
            List<Candidate> candidates = EndpointMerge.merge(name, family, slices);
            ports.add(port(service, port, name, family, node, owned.apply(name), candidates));
            if (service.healthCheckNodePort() != 0) {
                candidates.stream()
                        .filter(c -> c.isReady() && c.endpoint().local())
                        .forEach(c -> localReady.add(c.endpoint().address()));
            }
        }
        return Optional.of(
                new ResolvedService(
                        service.name(), ports, service.healthCheckNodePort(), localReady.size()));
    }

    private static ResolvedPort port(
            Service service,
            Service.Port port,
            ServicePortName name,
            IpFamily family,
            NodeView node,
            Predicate<Frontend> owned,
            List<Candidate> candidates) {
        List<Frontend> frontends =
                service.frontends(port).stream()
                        .filter(frontend -> servedIn(frontend, family))
                        .filter(owned)
                        .toList();
        boolean accessible = frontends.stream().anyMatch(Frontend::isExternal);
        Need need =
                new Need(
                        !service.internalLocal() || accessible,
                        service.internalLocal() || (service.externalLocal() && accessible),
                        port.protocol() == Protocol.UDP);
        EndpointChoice choice = EndpointSelection.choose(candidates, need, node);
        return new ResolvedPort(
                name,
                frontends,
                service.sourceRanges().getOrDefault(family, SourceRanges.ANYONE),
                service.affinitySeconds(),
                service.internalLocal(),
                service.externalLocal(),
                choice,
                service.options());
    }

    private static boolean servedIn(Frontend frontend, IpFamily family) {
        return switch (frontend) {
            case Frontend.ClusterIp(var address, _) -> address.family() == family;
            case Frontend.ExternalIp(var address, _) -> address.family() == family;
            case Frontend.LoadBalancerVip(var address, _) -> address.family() == family;
            case Frontend.NodePort _ -> true;
        };
    }
}
