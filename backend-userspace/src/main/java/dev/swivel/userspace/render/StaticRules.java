package dev.swivel.userspace.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.NodePortAddresses;
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
import dev.swivel.userspace.route.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The rules. Not one of them depends on a service.
///
/// nat leads what is for a service to a listener of the relay; what is not led there meets the
/// filter table.
public final class StaticRules {
    private static final Side SRC = Side.SOURCE;
    private static final Side DST = Side.DESTINATION;
    private static final Cidr LOOPBACK = Cidr.of("127.0.0.0/8");

    /// What leads to the rule that keeps sources. It must be reached before rules of others, which
    /// would take an inner address for one to masquerade.
    public static final Jump MIRROR_JUMP =
            new Jump(
                    Table.NAT,
                    new ChainName("POSTROUTING"),
                    Rule.of(Target.jump(Names.MIRROR))
                            .commented("kubernetes sources that are kept"));

    /// The tables that have rules of ours.
    public static final List<Table> TABLES = List.of(Table.NAT, Table.FILTER);

    private final Layout layout;

    public StaticRules(Layout layout) {
        this.layout = layout;
    }

    /// What each table should hold.
    public List<WantedTable> tables() {
        return List.of(table(Table.NAT, nat()), table(Table.FILTER, filter()));
    }

    private static WantedTable table(Table table, List<Chain> chains) {
        return new WantedTable(
                table,
                chains,
                Set.of(),
                Jumps.ALL.stream().filter(jump -> jump.table() == table).toList(),
                Names::isOurs);
    }

    private List<Chain> nat() {
        return List.of(
                new Chain(Names.CAPTURE, capture()),
                new Chain(Names.OUTPUT, output()),
                new Chain(Names.RELAY, relay(CaptureSet.DROP)),
                new Chain(Names.RELAY_NODE_PORT, relay(CaptureSet.NODE_PORT_DROP)),
                new Chain(Names.MIRROR, mirror()));
    }

    private List<Rule> mirror() {
        return layout.mirrored().stream()
                .map(clients -> Rule.of(new Target.Netmap(clients), fromMirrors(clients)))
                .toList();
    }

    private static Match fromMirrors(Cidr clients) {
        return new Match.Source(InnerRange.mirror(clients).orElseThrow(), false);
    }

    /// Addresses of services go before node ports (spec 4.7).
    private List<Rule> capture() {
        List<Rule> rules = new ArrayList<>();
        rules.add(to(Target.jump(Names.RELAY), CaptureSet.ADDRESS));
        rules.add(
                Rule.of(
                        Target.jump(Names.RELAY),
                        Match.inSet(name(CaptureSet.ADMITTED), DST, DST, SRC)));
        for (List<Match> destination : nodePortDestinations(false)) {
            rules.add(nodePorts(destination));
        }
        return rules;
    }

    /// What the relay itself sends is not captured, or it could send to itself for ever. Node ports
    /// on 127.0.0.1 are for the node itself only.
    private List<Rule> output() {
        List<Rule> rules = new ArrayList<>();
        rules.add(
                Rule.of(Target.RETURN, new Match.MarkBit(layout.markBit(), false))
                        .commented("sent by the relay"));
        if (layout.localhostNodePorts()) {
            loopbackDestinations().forEach(loopback -> rules.add(nodePorts(List.of(loopback))));
        }
        rules.add(Rule.of(Target.jump(Names.CAPTURE)));
        return rules;
    }

    private List<Match> loopbackDestinations() {
        return switch (layout.nodePortAddresses()) {
            case NodePortAddresses.All() -> List.of(new Match.Destination(LOOPBACK, false));
            case NodePortAddresses.Only(var addresses) ->
                    addresses.stream().filter(IpAddress::isLoopback).map(Match::to).toList();
        };
    }

    private Rule nodePorts(List<Match> destination) {
        return Rule.of(Target.jump(Names.RELAY_NODE_PORT), destination)
                .and(Match.inSet(name(CaptureSet.NODE_PORT), DST, DST));
    }

    /// To the listener of those who sent it. Frontends in the set are for this node and its pods
    /// only.
    private List<Rule> relay(CaptureSet nearOnly) {
        List<Rule> rules = new ArrayList<>();
        NodeMatches.localTraffic(layout.localTraffic(), false)
                .ifPresent(local -> rules.addAll(listener(Way.LOCAL_POD, List.of(local))));
        rules.addAll(listener(Way.NODE, List.of(new Match.LocalAddress(SRC))));
        rules.add(to(Target.RETURN, nearOnly));
        rules.addAll(listener(Way.ELSEWHERE, List.of()));
        return rules;
    }

    private List<Rule> listener(Way way, List<Match> from) {
        IpAddress address = InnerRange.listener(layout.family());
        int port = InnerRange.port(layout.firstPort(), way);
        List<Rule> rules = new ArrayList<>();
        for (Protocol protocol : Protocol.values()) {
            if (ServiceElements.isServed(protocol)) {
                rules.add(
                        Rule.of(new Target.Dnat(address, port), from)
                                .and(new Match.ProtocolIs(protocol)));
            }
        }
        return rules;
    }

    private List<Chain> filter() {
        return List.of(
                new Chain(Names.REFUSE, refuse()),
                new Chain(Names.INPUT, input()),
                new Chain(Names.SOURCE, source()),
                new Chain(Names.FORWARD, forward()));
    }

    private List<Rule> refuse() {
        List<Rule> rules = new ArrayList<>();
        rules.add(Rule.of(Target.RETURN, inner()).commented("captured"));
        rules.add(Rule.of(reject(), Match.inSet(name(CaptureSet.INFORMED), DST, DST, SRC)));
        rules.add(
                to(Target.DROP, CaptureSet.RESTRICTED)
                        .commented("traffic not accepted by loadBalancerSourceRanges"));
        rules.add(to(reject(), CaptureSet.REJECT));
        rules.add(to(Target.DROP, CaptureSet.DROP));
        for (List<Match> destination : nodePortDestinations(layout.localhostNodePorts())) {
            rules.add(
                    Rule.of(reject(), destination)
                            .and(Match.inSet(name(CaptureSet.NODE_PORT_REJECT), DST, DST)));
            rules.add(
                    Rule.of(Target.DROP, destination)
                            .and(Match.inSet(name(CaptureSet.NODE_PORT_DROP), DST, DST)));
        }
        return rules;
    }

    /// Every packet that this node takes comes through here: what is relayed first.
    private List<Rule> input() {
        return List.of(
                Rule.of(
                                reject(),
                                inner(),
                                Match.notState(State.RELATED, State.ESTABLISHED, State.DNAT))
                        .commented("nobody connects to the relay itself"),
                Rule.of(Target.ACCEPT, inner()).commented("captured traffic, and its answers"),
                Rule.of(
                                Target.ACCEPT,
                                new Match.ProtocolIs(Protocol.TCP),
                                Match.inSet(name(CaptureSet.HEALTH_CHECK), DST, DST))
                        .commented("kubernetes health check node ports"));
    }

    private Match inner() {
        return new Match.Destination(InnerRange.of(layout.family()), false);
    }

    /// What connection tracking has forgotten must not go out with an address that nobody has. What
    /// begins is translated after this table.
    private List<Rule> source() {
        List<Rule> rules = new ArrayList<>();
        layout.mirrored()
                .ifPresent(clients ->
                        rules.add(
                                Rule.of(
                                        Target.RETURN,
                                        fromMirrors(clients),
                                        Match.state(State.NEW))));
        rules.add(
                Rule.of(
                        reject(),
                        new Match.Source(InnerRange.of(layout.family()), false),
                        Match.notState(State.RELATED, State.ESTABLISHED, State.SNAT)));
        return rules;
    }

    private List<Rule> forward() {
        return layout.dropInvalid()
                ? List.of(Rule.of(Target.DROP, Match.state(State.INVALID)))
                : List.of();
    }

    private List<List<Match>> nodePortDestinations(boolean loopback) {
        return NodeMatches.nodePorts(layout.nodePortAddresses(), layout.family(), loopback);
    }

    private Target reject() {
        return new Target.Reject(layout.family());
    }

    private Rule to(Target target, CaptureSet set) {
        return Rule.of(target, Match.inSet(name(set), DST, DST));
    }

    private SetName name(CaptureSet set) {
        return set.name(layout.family());
    }

    /// What leads to our chains from the built-in ones, in the order in which it is put at their
    /// head: the last one ends up first.
    private static final class Jumps {
        static final List<Jump> ALL =
                List.of(
                        nat("OUTPUT", Names.OUTPUT),
                        nat("PREROUTING", Names.CAPTURE),
                        MIRROR_JUMP,
                        filter("INPUT", Rule.of(Target.jump(Names.INPUT))),
                        filter("FORWARD", Rule.of(Target.jump(Names.FORWARD))),
                        filter("OUTPUT", Rule.of(Target.jump(Names.SOURCE))),
                        refuse("INPUT"),
                        refuse("FORWARD"),
                        refuse("OUTPUT"));

        private static Jump nat(String from, ChainName to) {
            return new Jump(
                    Table.NAT,
                    new ChainName(from),
                    Rule.of(Target.jump(to)).commented("kubernetes service portals"));
        }

        private static Jump refuse(String from) {
            return filter(
                    from,
                    Rule.of(Target.jump(Names.REFUSE), Match.state(State.NEW))
                            .commented("kubernetes services that are refused"));
        }

        private static Jump filter(String from, Rule rule) {
            return new Jump(Table.FILTER, new ChainName(from), rule);
        }
    }
}
