package dev.swivel.lab.scenario;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.lab.cluster.ClusterLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who takes part in every scenario, at fixed addresses, so that a scenario can name them and a
/// reader knows them after a while.
///
/// | name | where | IPv4 (IPv6 by [Twins]) | answers on |
/// |---|---|---|---|
/// | `node-1`, `node-2` | zones `a` and `b` | 10.128.0.2, 10.128.0.3 | |
/// | `client-1`, `client-3` | pods on node-1 | 192.168.1.11, .14 | |
/// | `web-1`, `web-4` | pods on node-1 | 192.168.1.12, .13 | 8080, 8081 |
/// | `client-2` | pod on node-2 | 192.168.2.11 | |
/// | `web-2`, `web-3` | pods on node-2 | 192.168.2.12, .13 | 8080, 8081 |
/// | `host-1`, `host-2` | host-network pods | the nodes' | 9080 |
/// | `outside` | no part of the cluster | 10.130.0.10 | |
///
/// Ports are TCP and UDP. The router sends 203.0.113.0/24 (external addresses) and 10.96.0.0/16
/// (ClusterIPs) to node-1, and 198.51.100.0/24 (more external addresses) to node-2.
public final class Cast {
    /// TCP and UDP ports that web pods answer on.
    public static final List<Integer> WEB_PORTS = List.of(8080, 8081);

    /// The TCP and UDP port that host-network pods answer on.
    public static final int HOST_PORT = 9080;

    /// The machine outside.
    public static final String OUTSIDE = "outside";

    /// What a member is.
    public enum Role {
        NODE,
        POD,
        HOST_NETWORK_POD,
        OUTSIDE
    }

    /// @param node the node it runs on, or is; empty outside
    /// @param host the last part of a pod's address; 0 for others
    /// @param addresses its own ones, the one it is known by first
    public record Member(
            String name,
            Role role,
            String node,
            int host,
            Map<IpFamily, List<IpAddress>> addresses) {
        public IpAddress address(IpFamily family) {
            return addresses.getOrDefault(family, List.of()).getFirst();
        }
    }

    /// Which node the router sends an address prefix to.
    public record Route(Cidr prefix, String node) {}

    private final Map<String, Member> members = new LinkedHashMap<>();
    private final List<Route> routes =
            List.of(
                    new Route(Cidr.of("203.0.113.0/24"), "node-1"),
                    new Route(Cidr.of("2001:db8:113::/64"), "node-1"),
                    new Route(Cidr.of("10.96.0.0/16"), "node-1"),
                    new Route(Cidr.of("fd00:10:96::/112"), "node-1"),
                    new Route(Cidr.of("198.51.100.0/24"), "node-2"),
                    new Route(Cidr.of("2001:db8:100::/64"), "node-2"));

    private Cast() {
        for (int node = 1; node <= 2; node++) {
            add(
                    "node-" + node,
                    Role.NODE,
                    "node-" + node,
                    0,
                    "10.128.0." + (node + 1),
                    "192.168." + node + ".1");
        }
        pod("client-1", 1, 11);
        pod("web-1", 1, 12);
        pod("web-4", 1, 13);
        pod("client-3", 1, 14);
        pod("client-2", 2, 11);
        pod("web-2", 2, 12);
        pod("web-3", 2, 13);
        for (int node = 1; node <= 2; node++) {
            add("host-" + node, Role.HOST_NETWORK_POD, "node-" + node, 0, "10.128.0." + (node + 1));
        }
        add(OUTSIDE, Role.OUTSIDE, "", 0, "10.130.0.10");
    }

    public static Cast standard() {
        return new Cast();
    }

    private void pod(String name, int node, int host) {
        add(name, Role.POD, "node-" + node, host, "192.168." + node + "." + host);
    }

    private void add(String name, Role role, String node, int host, String... ipv4) {
        var four = List.of(ipv4).stream().map(IpAddress::of).toList();
        var six = four.stream().map(Twins::of).toList();
        members.put(
                name,
                new Member(
                        name, role, node, host, Map.of(IpFamily.IPV4, four, IpFamily.IPV6, six)));
    }

    public List<Member> members() {
        return List.copyOf(members.values());
    }

    public List<Member> nodes() {
        return members.values().stream().filter(member -> member.role() == Role.NODE).toList();
    }

    public List<Route> routes() {
        return routes;
    }

    public Optional<Member> find(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /// @throws ScenarioException if nobody has that name
    public Member member(String name) {
        return find(name)
                .orElseThrow(() ->
                        new ScenarioException(
                                name + " is not one of the cast: " + members.keySet()));
    }

    /// Who has that address; of a node and its host-network pods, the node.
    public Optional<Member> member(IpAddress address) {
        return members.values().stream()
                .filter(member ->
                        member.addresses()
                                .getOrDefault(address.family(), List.of())
                                .contains(address))
                .findFirst();
    }

    /// The node that the network delivers an address to.
    public Optional<String> nodeFor(IpAddress address) {
        Optional<String> owner = member(address).map(Member::node).filter(node -> !node.isEmpty());
        return owner.or(() ->
                routes.stream()
                        .filter(route -> route.prefix().contains(address))
                        .map(Route::node)
                        .findFirst());
    }

    /// All addresses that a node's interfaces carry, without loopback.
    public Set<IpAddress> addressesOf(String node, IpFamily family) {
        return Set.copyOf(member(node).addresses().getOrDefault(family, List.of()));
    }

    /// A node's Node object, in zone `a` for node-1 and `b` for node-2 unless said otherwise.
    public String podRange(String node, IpFamily family) {
        int number = Integer.parseInt(node.substring("node-".length()));
        var range = ClusterLayout.podRange(number);
        return (family == IpFamily.IPV4 ? range.ipv4() : range.ipv6()).toString();
    }
}
