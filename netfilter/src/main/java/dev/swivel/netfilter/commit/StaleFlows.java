package dev.swivel.netfilter.commit;

import dev.swivel.core.model.Change;
import dev.swivel.core.model.Disposition;
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
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Ends flows that connection tracking would keep on the wrong way:
///
/// - UDP flows to endpoints that no longer serve (spec 7.1): a client that keeps its port would go
///   on talking to nobody. Unlike kube-proxy it also ends those of a frontend that no endpoint
///   serves or that is gone, so that they are refused.
/// - TCP and SCTP attempts that nobody answered and that passed before the frontend was served:
///   their next packet, or the next connection from the same port, would be let past the rules for
///   as long as the entry lives (docs/differences.md).
///
/// A flow belongs to a node port only if it goes to an address of this node.
public final class StaleFlows implements FlowCleaner {
    /// With more frontends than this it is cheaper to read all flows once.
    private static final int FEW = 4;

    private final Set<Server> relays;

    /// For backends whose flows lead from a frontend to its endpoints.
    public StaleFlows() {
        this(List.of());
    }

    /// @param relays where flows of frontends that are served may lead besides: to sockets of ours
    public StaleFlows(Collection<InetSocketAddress> relays) {
        this.relays =
                relays.stream()
                        .map(each -> new Server(IpAddress.of(each.getAddress()), each.getPort()))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /// @param address absent for a node port
    private record Key(Protocol protocol, Optional<IpAddress> address, int port) {}

    private record Server(IpAddress address, int port) {}

    /// Which flows of a frontend are stale.
    private sealed interface Rule {
        boolean isStale(Flow flow);

        /// Those to anybody else.
        record ServedBy(Set<Server> servers) implements Rule {
            @Override
            public boolean isStale(Flow flow) {
                return !servers.contains(
                        new Server(IpAddress.of(flow.reply().source()), flow.reply().sourcePort()));
            }
        }

        /// Attempts that went past the rules.
        record Missed() implements Rule {
            @Override
            public boolean isStale(Flow flow) {
                return !flow.isReplied()
                        && flow.reply().source().equals(flow.original().destination());
            }
        }
    }

    @Override
    public OptionalInt clean(Optional<ProxyState> before, ProxyState after, Change change)
            throws IOException {
        Map<Key, Rule> rules = rules(before, after, change);
        if (rules.isEmpty()) {
            return OptionalInt.empty();
        }
        try (Conntrack conntrack = Conntrack.open()) {
            List<Flow> stale =
                    stale(
                            candidates(
                                    conntrack,
                                    FlowFilter.of(Families.linux(after.family())),
                                    rules.keySet()),
                            rules,
                            after.node().addresses());
            return OptionalInt.of(stale.isEmpty() ? 0 : conntrack.delete(stale));
        }
    }

    private static List<Flow> candidates(Conntrack conntrack, FlowFilter family, Set<Key> keys)
            throws IOException {
        if (keys.size() > FEW) {
            return conntrack.flows(family);
        }
        List<Flow> flows = new ArrayList<>();
        for (Key key : keys) {
            FlowFilter onPort =
                    family.withProtocol(key.protocol().number()).withOriginalPort(key.port());
            flows.addAll(
                    conntrack.flows(
                            key.address()
                                    .map(ip -> onPort.withOriginalDestination(ip.toInetAddress()))
                                    .orElse(onPort)));
        }
        return flows;
    }

    private static List<Flow> stale(List<Flow> flows, Map<Key, Rule> rules, List<IpAddress> known)
            throws IOException {
        Set<IpAddress> own = new HashSet<>(known);
        if (known.isEmpty() && rules.keySet().stream().anyMatch(key -> key.address().isEmpty())) {
            InterfaceAddresses.list().forEach(each -> own.add(IpAddress.of(each.address())));
        }
        List<Flow> stale = new ArrayList<>();
        for (Flow flow : flows) {
            Rule rule = rule(flow, rules, own);
            if (rule != null && rule.isStale(flow)) {
                stale.add(flow);
            }
        }
        return stale;
    }

    private static @Nullable Rule rule(Flow flow, Map<Key, Rule> rules, Set<IpAddress> own) {
        for (Protocol protocol : Protocol.values()) {
            if (protocol.number() == flow.protocol()) {
                IpAddress to = IpAddress.of(flow.original().destination());
                int port = flow.original().destinationPort();
                Rule ofAddress = rules.get(new Key(protocol, Optional.of(to), port));
                return ofAddress == null && (to.isLoopback() || own.contains(to))
                        ? rules.get(new Key(protocol, Optional.empty(), port))
                        : ofAddress;
            }
        }
        return null;
    }

    private Map<Key, Rule> rules(Optional<ProxyState> before, ProxyState after, Change change) {
        Map<Key, Rule> rules = new HashMap<>();
        boolean full = change.full() || before.isEmpty();
        Set<ServiceName> names = new HashSet<>(change.services());
        if (full) {
            names.addAll(after.services().keySet());
            before.ifPresent(state -> names.addAll(state.services().keySet()));
        }
        for (ServiceName name : names) {
            List<ResolvedPort> was =
                    ports(before.map(state -> state.services().get(name)).orElse(null));
            List<ResolvedPort> is = ports(after.services().get(name));
            if (full || !was.equals(is)) {
                addUdp(rules, was, is);
                addMissed(rules, full ? List.of() : was, is);
            }
        }
        return rules;
    }

    private static List<ResolvedPort> ports(@Nullable ResolvedService service) {
        return service == null ? List.of() : service.ports();
    }

    private void addUdp(Map<Key, Rule> rules, List<ResolvedPort> was, List<ResolvedPort> is) {
        for (ResolvedPort port : was) {
            if (port.protocol() == Protocol.UDP) {
                port.frontends()
                        .forEach(f -> rules.putIfAbsent(key(port, f), new Rule.ServedBy(Set.of())));
            }
        }
        for (ResolvedPort port : is) {
            if (port.protocol() == Protocol.UDP) {
                port.frontends()
                        .forEach(f -> rules.put(key(port, f), new Rule.ServedBy(servers(port, f))));
            }
        }
    }

    /// Only frontends that are served now and were not before: a change of endpoints costs nothing
    /// here.
    private static void addMissed(
            Map<Key, Rule> rules, List<ResolvedPort> was, List<ResolvedPort> is) {
        Set<Key> served = new HashSet<>();
        was.forEach(port -> servedFrontends(port).forEach(f -> served.add(key(port, f))));
        for (ResolvedPort port : is) {
            if (port.protocol() != Protocol.UDP) {
                servedFrontends(port).stream()
                        .map(f -> key(port, f))
                        .filter(key -> !served.contains(key))
                        .forEach(key -> rules.put(key, new Rule.Missed()));
            }
        }
    }

    private static List<Frontend> servedFrontends(ResolvedPort port) {
        return port.frontends().stream().filter(f -> isServed(port, f)).toList();
    }

    private static boolean isServed(ResolvedPort port, Frontend frontend) {
        return (frontend.isExternal() ? port.external() : port.internal())
                instanceof Disposition.Balance;
    }

    private Set<Server> servers(ResolvedPort port, Frontend frontend) {
        Set<Server> servers = new HashSet<>(isServed(port, frontend) ? relays : Set.of());
        for (Endpoint endpoint : port.endpoints().serving()) {
            servers.add(new Server(endpoint.address(), endpoint.port()));
        }
        return servers;
    }

    private static Key key(ResolvedPort port, Frontend frontend) {
        Optional<IpAddress> address =
                switch (frontend) {
                    case Frontend.ClusterIp(var ip, _) -> Optional.of(ip);
                    case Frontend.ExternalIp(var ip, _) -> Optional.of(ip);
                    case Frontend.LoadBalancerVip(var ip, _) -> Optional.of(ip);
                    case Frontend.NodePort _ -> Optional.empty();
                };
        return new Key(port.protocol(), address, frontend.port());
    }
}
