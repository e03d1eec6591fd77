package dev.swivel.iptables;

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
import dev.swivel.iptables.render.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private Optional<Boolean> hasAny = Optional.empty();
    private int healthCheck;

    private Sample(ServicePortName name) {
        this.name = name;
    }

    /// @param text `namespace/name:port`
    public static Sample port(String text, Protocol protocol) {
        String[] parts = text.split("[/:]", -1);
        return new Sample(
                new ServicePortName(
                        new ServiceName(parts[0], parts[1]),
                        parts.length > 2 ? parts[2] : "",
                        protocol));
    }

    public static Sample tcp(String text) {
        return port(text, Protocol.TCP);
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

    public Sample hasAny(boolean any) {
        hasAny = Optional.of(any);
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

    public ServiceName service() {
        return name.service();
    }

    public ResolvedPort resolved() {
        boolean any = hasAny.orElse(!cluster.isEmpty() || !local.isEmpty());
        List<Endpoint> serving =
                name.protocol() == Protocol.UDP
                        ? Stream.concat(cluster.stream(), local.stream()).distinct().toList()
                        : List.of();
        return new ResolvedPort(
                name,
                frontends,
                ranges,
                affinity,
                internalLocal,
                externalLocal,
                new EndpointChoice(cluster, local, any, serving),
                Map.of());
    }

    /// A service of that port alone.
    public ResolvedService build() {
        return new ResolvedService(service(), List.of(resolved()), healthCheck, local.size());
    }

    /// @param text `ip:port` or `[ip]:port`
    public static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        String address = text.substring(0, colon).replace("[", "").replace("]", "");
        return new Endpoint(
                IpAddress.of(address), Integer.parseInt(text.substring(colon + 1)), false);
    }

    public static ProxyState state(IpFamily family, Sample... services) {
        return state(family, node(family), Stream.of(services).map(Sample::build).toList());
    }

    public static ProxyState state(IpFamily family, NodeView node, List<ResolvedService> services) {
        var all = ProxyState.empty(family, node).services();
        for (ResolvedService service : services) {
            all = all.plus(service.name(), service);
        }
        return new ProxyState(family, 1, node, all);
    }

    public static NodeView node(IpFamily family) {
        return node(family, NodePortAddresses.ALL);
    }

    public static NodeView node(IpFamily family, NodePortAddresses nodePorts) {
        boolean v4 = family == IpFamily.IPV4;
        return new NodeView(
                "node-1",
                Optional.empty(),
                List.of(IpAddress.of(v4 ? "10.128.0.2" : "fd00:128::2")),
                new LocalTraffic.FromCidr(Cidr.of(v4 ? "10.244.0.0/16" : "fd00:10:244::/48")),
                nodePorts,
                List.of(),
                v4);
    }

    public static Layout layout(IpFamily family) {
        return new Layout(
                        family,
                        14,
                        false,
                        true,
                        true,
                        false,
                        List.of(),
                        LocalTraffic.UNKNOWN,
                        NodePortAddresses.ALL,
                        false)
                .with(node(family));
    }
}
