package dev.swivel.ipvs.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Jump;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.Match.Side;
import dev.swivel.netfilter.rule.Match.State;
import dev.swivel.netfilter.rule.NodeMatches;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.SetName;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.Target;
import dev.swivel.netfilter.rule.WantedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The rules (spec 5.8). Not one of them depends on a service.
///
/// What comes in passes the filter table before IPVS takes it (in INPUT); what the node sends is
/// taken in OUTPUT, before the filter table, so it is refused in mangle.
public final class StaticRules {
    private static final Side SRC = Side.SOURCE;
    private static final Side DST = Side.DESTINATION;

    private final Layout layout;

    public StaticRules(Layout layout) {
        this.layout = layout;
    }

    /// What each table should hold.
    public List<WantedTable> tables() {
        return List.of(
                table(Table.MANGLE, mangle()),
                table(Table.FILTER, filter()),
                table(Table.NAT, nat()));
    }

    private static WantedTable table(Table table, List<Chain> chains) {
        return new WantedTable(
                table,
                chains,
                Set.of(),
                Jumps.ALL.stream().filter(jump -> jump.table() == table).toList(),
                chain ->
                        switch (table) {
                            case NAT -> Names.isStaleInNat(chain);
                            case FILTER -> Names.isStaleInFilter(chain);
                            case MANGLE -> chain.text().equals("KUBE-PROXY-CANARY");
                        });
    }

    private List<Chain> nat() {
        return List.of(
                new Chain(Names.SERVICES, services()),
                new Chain(
                        Names.LOAD_BALANCER,
                        List.of(
                                to(Target.RETURN, ServiceSet.LOAD_BALANCER_LOCAL),
                                Rule.of(Target.jump(Names.MARK_MASQ)))),
                new Chain(Names.NODE_PORT, nodePorts()),
                new Chain(
                        Names.MARK_MASQ,
                        List.of(Rule.of(new Target.SetMarkBit(layout.masqueradeBit())))),
                new Chain(Names.POSTROUTING, postrouting()));
    }

    private List<Rule> services() {
        Target mark = Target.jump(Names.MARK_MASQ);
        List<Rule> rules = new ArrayList<>();
        rules.add(Rule.of(Target.RETURN, Match.from(loopback())));
        rules.add(
                to(Target.jump(Names.LOAD_BALANCER), ServiceSet.LOAD_BALANCER)
                        .commented("Kubernetes service lb portal"));
        rules.add(
                clusterIpMasquerade(mark)
                        .commented("Kubernetes service cluster ip + port for masquerade purpose"));
        rules.add(
                to(mark, ServiceSet.EXTERNAL_IP)
                        .commented(
                                "Kubernetes service external ip + port for masquerade and filter"
                                        + " purpose"));
        for (ServiceSet set :
                List.of(
                        ServiceSet.CLUSTER_IP,
                        ServiceSet.LOAD_BALANCER,
                        ServiceSet.EXTERNAL_IP,
                        ServiceSet.EXTERNAL_IP_LOCAL)) {
            rules.add(to(Target.ACCEPT, set));
        }
        rules.add(Rule.of(Target.jump(Names.NODE_PORT), new Match.LocalAddress(DST)));
        return rules;
    }

    /// M1 to M3 of spec 3.3. What the node sends has a ClusterIP as source; see [#postrouting].
    private Rule clusterIpMasquerade(Target mark) {
        if (layout.masqueradeAll()) {
            return to(mark, ServiceSet.CLUSTER_IP);
        }
        return localTraffic(true)
                .map(notLocal -> to(mark, ServiceSet.CLUSTER_IP).and(notLocal))
                .orElseGet(() -> Rule.of(mark, Match.inSet(name(ServiceSet.CLUSTER_IP), SRC, DST)));
    }

    private List<Rule> nodePorts() {
        List<Rule> rules = new ArrayList<>();
        for (Protocol protocol : Protocol.values()) {
            rules.add(nodePort(Target.RETURN, protocol, true));
            rules.add(nodePort(Target.jump(Names.MARK_MASQ), protocol, false));
        }
        return rules;
    }

    private Rule nodePort(Target target, Protocol protocol, boolean local) {
        ServiceSet set = ServiceSet.nodePorts(protocol, local);
        Match match =
                set.kind() == ServiceSet.Kind.PORT
                        ? Match.inSet(name(set), DST)
                        : Match.inSet(name(set), DST, DST);
        return Rule.of(target, new Match.ProtocolIs(protocol), match);
    }

    private List<Rule> postrouting() {
        int bit = layout.masqueradeBit();
        Target masquerade = new Target.Masquerade(layout.randomFully());
        return List.of(
                Rule.of(
                                masquerade,
                                new Match.SentByIpvs(),
                                Match.inSet(name(ServiceSet.LOOP_BACK), DST, DST, SRC))
                        .commented(
                                "Kubernetes endpoints dst ip:port, source ip for solving hairpin"
                                        + " purpose"),
                // The node's own connections carry the address they were made to as source.
                Rule.of(masquerade, new Match.SentByIpvs(), new Match.LocalAddress(SRC))
                        .commented("kubernetes service traffic of the node itself"),
                Rule.of(Target.RETURN, new Match.MarkBit(bit, true)),
                Rule.of(new Target.FlipMarkBit(bit)),
                Rule.of(masquerade).commented("kubernetes service traffic requiring SNAT"));
    }

    private List<Chain> filter() {
        return List.of(
                new Chain(
                        Names.NODE_PORT,
                        List.of(
                                healthCheck(Target.ACCEPT)
                                        .commented("Kubernetes health check node port"))),
                new Chain(Names.PROXY_FIREWALL, List.of(toSourceRanges())),
                sourceRanges(),
                new Chain(Names.IPVS_FILTER, ipvsFilter()),
                new Chain(
                        Names.FORWARD,
                        List.of(
                                Rule.of(
                                                Target.ACCEPT,
                                                new Match.MarkBit(layout.masqueradeBit(), false))
                                        .commented("kubernetes forwarding rules"),
                                Rule.of(
                                                Target.ACCEPT,
                                                Match.state(State.RELATED, State.ESTABLISHED))
                                        .commented("kubernetes forwarding conntrack rule"))));
    }

    private List<Rule> ipvsFilter() {
        List<Rule> rules = new ArrayList<>();
        rules.add(drop());
        rules.add(
                Rule.of(
                        new Target.Reject(layout.family()),
                        Match.state(State.NEW),
                        Match.inSet(name(ServiceSet.IPVS_REJECT), DST, DST)));
        for (ServiceSet set :
                List.of(
                        ServiceSet.LOAD_BALANCER,
                        ServiceSet.CLUSTER_IP,
                        ServiceSet.EXTERNAL_IP,
                        ServiceSet.EXTERNAL_IP_LOCAL)) {
            rules.add(to(Target.RETURN, set));
        }
        rules.add(healthCheck(Target.RETURN));
        rules.add(
                Rule.of(
                        new Target.Reject(layout.family()),
                        Match.state(State.NEW),
                        Match.inSet(name(ServiceSet.IPVS_IPS), DST)));
        return rules;
    }

    private Rule healthCheck(Target target) {
        return Rule.of(
                target,
                new Match.ProtocolIs(Protocol.TCP),
                Match.inSet(name(ServiceSet.HEALTH_CHECK_NODE_PORT), DST));
    }

    /// Who carries a mark goes to a virtual server that has endpoints.
    private Rule drop() {
        return Rule.of(
                Target.DROP,
                Match.state(State.NEW),
                new Match.MarkIs(0, Marks.field(layout.masqueradeBit())),
                Match.inSet(name(ServiceSet.IPVS_DROP), DST, DST));
    }

    private Rule toSourceRanges() {
        return Rule.of(
                        Target.jump(Names.SOURCE_RANGES),
                        Match.state(State.NEW),
                        Match.inSet(name(ServiceSet.LOAD_BALANCER_FW), DST, DST))
                .commented(
                        "Kubernetes service load balancer ip + port for load balancer with"
                                + " sourceRange");
    }

    private Chain sourceRanges() {
        return new Chain(
                Names.SOURCE_RANGES,
                List.of(
                        Rule.of(
                                Target.RETURN,
                                Match.inSet(
                                        name(ServiceSet.LOAD_BALANCER_SOURCE_CIDR), DST, DST, SRC)),
                        Rule.of(
                                Target.RETURN,
                                Match.inSet(
                                        name(ServiceSet.LOAD_BALANCER_SOURCE_IP), DST, DST, SRC)),
                        Rule.of(Target.DROP)));
    }

    private List<Chain> mangle() {
        Target map = new Target.MapMark(name(ServiceSet.IPVS_MARK));
        return List.of(
                new Chain(
                        Names.IPVS_MARK,
                        localTraffic(false)
                                .map(local -> List.of(Rule.of(map, local)))
                                .orElse(List.of())),
                new Chain(Names.IPVS_OUTPUT, List.of(toSourceRanges(), Rule.of(map), drop())),
                sourceRanges());
    }

    private Optional<Match> localTraffic(boolean negated) {
        return NodeMatches.localTraffic(layout.localTraffic(), negated);
    }

    private Cidr loopback() {
        return Cidr.of(layout.family() == IpFamily.IPV4 ? "127.0.0.0/8" : "::1/128");
    }

    private Rule to(Target target, ServiceSet set) {
        return Rule.of(target, Match.inSet(name(set), DST, DST));
    }

    private SetName name(ServiceSet set) {
        return set.name(layout.family());
    }

    /// What leads to our chains from the built-in ones, in the order in which it is put at their
    /// head: the last one ends up first.
    private static final class Jumps {
        static final List<Jump> ALL =
                List.of(
                        jump(Table.NAT, "OUTPUT", Names.SERVICES, "kubernetes service portals"),
                        jump(Table.NAT, "PREROUTING", Names.SERVICES, "kubernetes service portals"),
                        jump(
                                Table.NAT,
                                "POSTROUTING",
                                Names.POSTROUTING,
                                "kubernetes postrouting rules"),
                        jump(Table.FILTER, "FORWARD", Names.FORWARD, "kubernetes forwarding rules"),
                        jump(
                                Table.FILTER,
                                "INPUT",
                                Names.NODE_PORT,
                                "kubernetes health check rules"),
                        jump(
                                Table.FILTER,
                                "INPUT",
                                Names.IPVS_FILTER,
                                "kubernetes ipvs access filter"),
                        jump(
                                Table.FILTER,
                                "INPUT",
                                Names.PROXY_FIREWALL,
                                "kube-proxy firewall rules"),
                        jump(
                                Table.FILTER,
                                "FORWARD",
                                Names.PROXY_FIREWALL,
                                "kube-proxy firewall rules"),
                        jump(
                                Table.MANGLE,
                                "PREROUTING",
                                Names.IPVS_MARK,
                                "kubernetes ipvs local traffic"),
                        jump(
                                Table.MANGLE,
                                "OUTPUT",
                                Names.IPVS_OUTPUT,
                                "kubernetes ipvs local traffic"));

        private static Jump jump(Table table, String from, ChainName to, String comment) {
            return new Jump(
                    table, new ChainName(from), Rule.of(Target.jump(to)).commented(comment));
        }
    }
}
