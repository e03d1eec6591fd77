package dev.swivel.userspace;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.EndpointChoice;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.core.model.SourceRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A resolved service of one port, in few words.
public final class Sample {
    private final ServicePortName name;
    private final List<Frontend> frontends = new ArrayList<>();
    private SourceRanges ranges = SourceRanges.ANYONE;
    private boolean internalLocal;
    private boolean externalLocal;
    private List<Endpoint> cluster = List.of();
    private List<Endpoint> local = List.of();
    private boolean any;
    private int healthCheck;

    private Sample(String name, Protocol protocol) {
        this.name = new ServicePortName(new ServiceName("demo", name), "", protocol);
    }

    public static Sample tcp(String name) {
        return new Sample(name, Protocol.TCP);
    }

    public static Sample port(String name, Protocol protocol) {
        return new Sample(name, protocol);
    }

    public Sample clusterIp(String address, int port) {
        frontends.add(new Frontend.ClusterIp(IpAddress.of(address), port));
        return this;
    }

    public Sample externalIp(String address, int port) {
        frontends.add(new Frontend.ExternalIp(IpAddress.of(address), port));
        return this;
    }

    public Sample vip(String address, int port) {
        frontends.add(new Frontend.LoadBalancerVip(IpAddress.of(address), port));
        return this;
    }

    public Sample nodePort(int port) {
        frontends.add(new Frontend.NodePort(port));
        return this;
    }

    public Sample cluster(String... endpoints) {
        cluster = endpoints(endpoints);
        any = true;
        return this;
    }

    public Sample local(String... endpoints) {
        local = endpoints(endpoints);
        any = true;
        return this;
    }

    private static List<Endpoint> endpoints(String... addresses) {
        return Stream.of(addresses)
                .map(address -> new Endpoint(IpAddress.of(address), 8080, false))
                .toList();
    }

    public Sample internalLocal() {
        internalLocal = true;
        return this;
    }

    public Sample externalLocal() {
        externalLocal = true;
        return this;
    }

    public Sample only(String... cidrs) {
        ranges = new SourceRanges.Only(Stream.of(cidrs).map(Cidr::of).toList());
        return this;
    }

    public Sample healthCheck(int port) {
        healthCheck = port;
        return this;
    }

    public ResolvedPort resolved() {
        return new ResolvedPort(
                name,
                frontends,
                ranges,
                0,
                internalLocal,
                externalLocal,
                new EndpointChoice(cluster, local, any, List.of()),
                Map.of());
    }

    public ResolvedService build() {
        return new ResolvedService(name.service(), List.of(resolved()), healthCheck, local.size());
    }

    /// A service of a port that nobody has resolved the endpoints of.
    public static ResolvedService broken(ServiceName name) {
        return new ResolvedService(
                name,
                List.of(
                        new ResolvedPort(
                                new ServicePortName(name, "", Protocol.TCP),
                                List.of(),
                                SourceRanges.ANYONE,
                                0,
                                false,
                                false,
                                null,
                                Map.of())),
                0,
                0);
    }

    public static ProxyState state(IpFamily family, Sample... services) {
        var all = ProxyState.empty(family, node(family)).services();
        for (Sample sample : services) {
            all = all.plus(sample.name.service(), sample.build());
        }
        return new ProxyState(family, 1, node(family), all);
    }

    public static NodeView node(IpFamily family) {
        boolean v4 = family == IpFamily.IPV4;
        return new NodeView(
                "node-1",
                Optional.empty(),
                List.of(IpAddress.of(v4 ? "10.128.0.2" : "fd00:128::2")),
                new LocalTraffic.FromCidr(Cidr.of(v4 ? "10.244.0.0/16" : "fd00:10:244::/48")),
                NodePortAddresses.ALL,
                List.of(),
                v4);
    }
}
