package dev.swivel.ipvs;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.EndpointChoice;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.core.model.SourceRanges;
import dev.swivel.ipvs.render.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Resolved services for tests, in few words.
public final class Sample {
    private final ServicePortName name;
    private final List<Frontend> frontends = new ArrayList<>();
    private SourceRanges ranges = SourceRanges.ANYONE;
    private int affinity;
    private boolean internalLocal;
    private boolean externalLocal;
    private List<Endpoint> cluster = List.of();
    private List<Endpoint> local = List.of();
    private boolean elsewhere;
    private int healthCheck;
    private Map<String, String> options = Map.of();

    private Sample(ServicePortName name) {
        this.name = name;
    }

    /// @param service `namespace/name`
    public static Sample port(String service, Protocol protocol) {
        String[] parts = service.split("/", -1);
        return new Sample(new ServicePortName(new ServiceName(parts[0], parts[1]), "", protocol));
    }

    public static Sample tcp(String service) {
        return port(service, Protocol.TCP);
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
        cluster = Stream.of(endpoints).map(Sample::endpoint).toList();
        return this;
    }

    public Sample local(String... endpoints) {
        local = Stream.of(endpoints).map(Sample::endpoint).toList();
        return this;
    }

    /// There are endpoints, none of which is used here.
    public Sample elsewhere() {
        elsewhere = true;
        return this;
    }

    public Sample internalLocal() {
        internalLocal = true;
        return this;
    }

    public Sample externalLocal() {
        externalLocal = true;
        return this;
    }

    public Sample affinity(int seconds) {
        affinity = seconds;
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

    public Sample scheduler(String scheduler) {
        options = Map.of("ipvs-scheduler", scheduler);
        return this;
    }

    public ResolvedService build() {
        ResolvedPort port =
                new ResolvedPort(
                        name,
                        frontends,
                        ranges,
                        affinity,
                        internalLocal,
                        externalLocal,
                        new EndpointChoice(
                                cluster,
                                local,
                                elsewhere || !cluster.isEmpty() || !local.isEmpty(),
                                List.of()),
                        options);
        return new ResolvedService(name.service(), List.of(port), healthCheck, local.size());
    }

    /// @param text `ip:port`, of IPv4
    public static Endpoint endpoint(String text) {
        String[] parts = text.split(":", -1);
        return new Endpoint(IpAddress.of(parts[0]), Integer.parseInt(parts[1]), false);
    }

    public static Layout layout() {
        List<IpAddress> node = List.of(IpAddress.of("10.128.0.2"));
        return new Layout(
                IpFamily.IPV4,
                14,
                false,
                true,
                "rr",
                "mh",
                new LocalTraffic.FromCidr(Cidr.of("10.244.0.0/16")),
                node,
                node,
                node);
    }
}
