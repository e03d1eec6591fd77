package dev.swivel.ipvs.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Disposition;
import dev.swivel.core.model.Disposition.EndpointSet;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.SourceRanges;
import dev.swivel.ipvs.render.Pool.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What one service port contributes (spec 5.3 to 5.7).
final class PortParts {
    final List<Pool> pools = new ArrayList<>();

    /// Virtual servers of node ports: those of addresses go before them.
    final List<Pool> nodePorts = new ArrayList<>();

    final Set<Element> elements = new LinkedHashSet<>();

    /// Wanted on the services' interface.
    final Set<IpAddress> addresses = new LinkedHashSet<>();

    private final Layout layout;
    private final ResolvedPort port;
    private final String scheduler;
    private final int mark;

    /// @param mark for local traffic, if [#needsMark]; 0 if there is none left
    PortParts(Layout layout, ResolvedPort port, String scheduler, int mark) {
        this.layout = layout;
        this.port = port;
        this.scheduler = scheduler;
        this.mark = mark;
        port.frontends().forEach(this::add);
        if (mark != 0) {
            pools.add(markPool());
        }
        for (List<Pool> all : List.of(pools, nodePorts)) {
            all.forEach(pool -> pool.endpoints().forEach(this::addHairpin));
        }
    }

    /// Whether local traffic goes to other endpoints than that of others: under policy Local this
    /// node and its pods reach all (spec 2.6).
    static boolean needsMark(ResolvedPort port) {
        return port.externalLocal()
                && port.hasExternalFrontends()
                && port.endpoints().hasAny()
                && !port.endpoints().cluster().isEmpty()
                && !new HashSet<>(port.endpoints().cluster())
                        .equals(new HashSet<>(port.endpoints().local()));
    }

    private void add(Frontend frontend) {
        switch (frontend) {
            case Frontend.ClusterIp(var address, var number) -> {
                addIpPort(ServiceSet.CLUSTER_IP, address, number);
                bind(address);
                pools.add(pool(address, number, port.internal(), 0));
            }
            case Frontend.ExternalIp(var address, var number) -> {
                addIpPort(
                        port.externalLocal()
                                ? ServiceSet.EXTERNAL_IP_LOCAL
                                : ServiceSet.EXTERNAL_IP,
                        address,
                        number);
                bind(address);
                pools.add(pool(address, number, port.external(), mark));
            }
            case Frontend.LoadBalancerVip(var address, var number) -> addVip(address, number);
            case Frontend.NodePort(var number) -> addNodePort(number);
        }
    }

    private void addVip(IpAddress address, int number) {
        addIpPort(ServiceSet.LOAD_BALANCER, address, number);
        if (port.externalLocal()) {
            addIpPort(ServiceSet.LOAD_BALANCER_LOCAL, address, number);
        }
        if (port.sourceRanges() instanceof SourceRanges.Only only) {
            addIpPort(ServiceSet.LOAD_BALANCER_FW, address, number);
            for (Cidr range : only.ranges()) {
                elements.add(
                        new Element.IpPortNet(
                                ServiceSet.LOAD_BALANCER_SOURCE_CIDR,
                                address,
                                port.protocol(),
                                number,
                                range));
            }
            if (layout.admitsNode(only)) {
                elements.add(
                        new Element.IpPortIp(
                                ServiceSet.LOAD_BALANCER_SOURCE_IP,
                                address,
                                port.protocol(),
                                number,
                                address));
            }
        }
        bind(address);
        pools.add(pool(address, number, port.external(), mark));
    }

    private void addNodePort(int number) {
        addNodePort(ServiceSet.nodePorts(port.protocol(), false), number);
        if (port.externalLocal()) {
            addNodePort(ServiceSet.nodePorts(port.protocol(), true), number);
        }
        for (IpAddress address : layout.nodePortAddresses()) {
            nodePorts.add(pool(address, number, port.external(), mark));
        }
    }

    private void addNodePort(ServiceSet set, int number) {
        if (set.kind() == ServiceSet.Kind.PORT) {
            elements.add(new Element.Port(set, number));
        } else {
            layout.nodePortAddresses().forEach(address -> addIpPort(set, address, number));
        }
    }

    private void addIpPort(ServiceSet set, IpAddress address, int number) {
        elements.add(new Element.IpPort(set, address, port.protocol(), number));
    }

    /// An address that the node has anyway stays where it is, and the node's own ports stay
    /// reachable there.
    private void bind(IpAddress address) {
        if (!layout.hostAddresses().contains(address)) {
            addresses.add(address);
        }
    }

    private void addHairpin(Endpoint endpoint) {
        elements.add(
                new Element.IpPortIp(
                        ServiceSet.LOOP_BACK,
                        endpoint.address(),
                        port.protocol(),
                        endpoint.port(),
                        endpoint.address()));
    }

    private Pool pool(IpAddress address, int number, Disposition disposition, int markOfAll) {
        return new Pool(
                new PoolKey.Address(port.protocol(), address, number),
                port.name(),
                scheduler,
                port.affinitySeconds(),
                switch (disposition) {
                    case Disposition.Balance(var set) ->
                            set == EndpointSet.CLUSTER
                                    ? port.endpoints().cluster()
                                    : port.endpoints().local();
                    case Disposition.Reject _, Disposition.Drop _ -> List.of();
                },
                switch (disposition) {
                    case Disposition.Balance _ -> Refusal.NONE;
                    case Disposition.Reject _ -> Refusal.REJECT;
                    case Disposition.Drop _ -> Refusal.DROP;
                },
                markOfAll);
    }

    /// A persistent virtual server by mark would not translate ports (ip_vs_sched_persist in
    /// net/netfilter/ipvs/ip_vs_core.c), so affinity is left to a scheduler there.
    private Pool markPool() {
        return new Pool(
                new PoolKey.Mark(mark),
                port.name(),
                port.affinitySeconds() > 0 ? layout.stickyScheduler() : scheduler,
                0,
                port.endpoints().cluster(),
                Refusal.NONE,
                0);
    }
}
