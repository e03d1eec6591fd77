package dev.swivel.iptables.commit;

import dev.swivel.core.model.Change;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.linux.conntrack.Conntrack;
import dev.swivel.linux.conntrack.Flow;
import dev.swivel.linux.conntrack.FlowFilter;
import dev.swivel.linux.link.InterfaceAddresses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Ends UDP flows to endpoints that no longer serve (spec 7.1): a client that keeps its port would
/// go on talking to nobody. Unlike kube-proxy it also ends the flows of a frontend that no endpoint
/// serves or that is gone, so that they are refused, and takes a flow for one to a node port only
/// if it goes to an address of this node.
public final class UdpFlows implements FlowCleaner {
    /// With more frontends than this it is cheaper to read all UDP flows once.
    private static final int FEW = 4;

    /// @param address absent for a node port
    private record Key(Optional<IpAddress> address, int port) {}

    private record Server(IpAddress address, int port) {}

    @Override
    public void clean(Optional<ProxyState> before, ProxyState after, Change change)
            throws IOException {
        Map<Key, Set<Server>> serving = serving(before, after, change);
        if (serving.isEmpty()) {
            return;
        }
        try (Conntrack conntrack = Conntrack.open()) {
            FlowFilter udp =
                    FlowFilter.of(SetForm.of(after.family())).withProtocol(Protocol.UDP.number());
            List<Flow> flows = new ArrayList<>();
            if (serving.size() > FEW) {
                flows.addAll(conntrack.flows(udp));
            } else {
                for (Key key : serving.keySet()) {
                    flows.addAll(conntrack.flows(filter(udp, key)));
                }
            }
            delete(conntrack, flows, serving);
        }
    }

    private static FlowFilter filter(FlowFilter udp, Key key) {
        FlowFilter onPort = udp.withOriginalPort(key.port());
        return key.address()
                .map(address -> onPort.withOriginalDestination(address.toInetAddress()))
                .orElse(onPort);
    }

    private static void delete(Conntrack conntrack, List<Flow> flows, Map<Key, Set<Server>> serving)
            throws IOException {
        Set<IpAddress> own = new HashSet<>();
        if (serving.keySet().stream().anyMatch(key -> key.address().isEmpty())) {
            InterfaceAddresses.list().forEach(each -> own.add(IpAddress.of(each.address())));
        }
        List<Flow> stale = new ArrayList<>();
        for (Flow flow : flows) {
            IpAddress to = IpAddress.of(flow.original().destination());
            int port = flow.original().destinationPort();
            Set<Server> allowed = serving.get(new Key(Optional.of(to), port));
            if (allowed == null && (to.isLoopback() || own.contains(to))) {
                allowed = serving.get(new Key(Optional.empty(), port));
            }
            Server server =
                    new Server(IpAddress.of(flow.reply().source()), flow.reply().sourcePort());
            if (allowed != null && !allowed.contains(server)) {
                stale.add(flow);
            }
        }
        if (!stale.isEmpty()) {
            int _ = conntrack.delete(stale);
        }
    }

    /// The UDP frontends that changed, each with who serves it now.
    private static Map<Key, Set<Server>> serving(
            Optional<ProxyState> before, ProxyState after, Change change) {
        Map<Key, Set<Server>> serving = new HashMap<>();
        Set<ServiceName> names = new HashSet<>(change.services());
        if (change.full() || before.isEmpty()) {
            names.addAll(after.services().keySet());
            before.ifPresent(state -> names.addAll(state.services().keySet()));
        }
        for (ServiceName name : names) {
            ResolvedService was = before.map(state -> state.services().get(name)).orElse(null);
            ResolvedService is = after.services().get(name);
            if (change.full() || was == null || is == null || !ports(was).equals(ports(is))) {
                if (was != null) {
                    ports(was)
                            .forEach(port ->
                                    keys(port).forEach(k -> serving.putIfAbsent(k, Set.of())));
                }
                if (is != null) {
                    ports(is)
                            .forEach(
                                    port -> keys(port).forEach(k -> serving.put(k, servers(port))));
                }
            }
        }
        return serving;
    }

    private static List<ResolvedPort> ports(ResolvedService service) {
        return service.ports().stream().filter(p -> p.protocol() == Protocol.UDP).toList();
    }

    private static Set<Server> servers(ResolvedPort port) {
        Set<Server> servers = new HashSet<>();
        for (Endpoint endpoint : port.endpoints().serving()) {
            servers.add(new Server(endpoint.address(), endpoint.port()));
        }
        return servers;
    }

    private static List<Key> keys(ResolvedPort port) {
        return port.frontends().stream()
                .map(frontend ->
                        switch (frontend) {
                            case Frontend.ClusterIp(var ip, var number) ->
                                    new Key(Optional.of(ip), number);
                            case Frontend.ExternalIp(var ip, var number) ->
                                    new Key(Optional.of(ip), number);
                            case Frontend.LoadBalancerVip(var ip, var number) ->
                                    new Key(Optional.of(ip), number);
                            case Frontend.NodePort(var number) -> new Key(Optional.empty(), number);
                        })
                .toList();
    }
}
