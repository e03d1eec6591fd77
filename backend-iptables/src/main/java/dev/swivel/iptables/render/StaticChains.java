package dev.swivel.iptables.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Protocol;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.Match.Side;
import dev.swivel.netfilter.rule.Match.State;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.SetName;
import dev.swivel.netfilter.rule.Target;
import java.util.ArrayList;
import java.util.List;

/// Chains that do not depend on services (spec 4.1, 4.4, 4.7 to 4.9).
public final class StaticChains {
    private static final Cidr LOOPBACK = Cidr.of("127.0.0.0/8");
    private static final Match.Side SRC = Side.SOURCE;
    private static final Match.Side DST = Side.DESTINATION;

    private final Layout layout;

    public StaticChains(Layout layout) {
        this.layout = layout;
    }

    /// All but the two roots of the dispatch trees.
    public List<Chain> nat() {
        return List.of(
                new Chain(
                        Names.MARK_MASQ,
                        List.of(Rule.of(new Target.SetMarkBit(layout.masqueradeBit())))),
                new Chain(Names.POSTROUTING, postrouting()));
    }

    /// The last rules of KUBE-SERVICES: whatever goes to the node itself may be for a node port.
    public List<Rule> toNodePorts() {
        return layout.nodePortDestinations().stream()
                .map(matches ->
                        Rule.of(Target.jump(Names.NODEPORTS), matches)
                                .commented(
                                        "kubernetes service nodeports; NOTE: this must be"
                                                + " the last rule in this chain"))
                .toList();
    }

    private List<Rule> postrouting() {
        int bit = layout.masqueradeBit();
        Target masquerade = new Target.Masquerade(layout.randomFully());
        List<Rule> rules = new ArrayList<>();
        rules.add(
                // Only what was DNATed: a host-network endpoint that talks to itself directly
                // keeps its address.
                Rule.of(
                                masquerade,
                                new Match.MarkBit(bit, true),
                                Match.state(State.DNAT),
                                Match.inSet(set(ServiceSet.HAIRPIN), DST, DST, SRC))
                        .commented("kubernetes hairpin traffic requiring SNAT"));
        rules.add(Rule.of(Target.RETURN, new Match.MarkBit(bit, true)));
        if (layout.counting() && layout.localhostNodePorts()) {
            rules.add(
                    Rule.of(
                            Target.GO_ON,
                            new Match.OriginalDestination(LOOPBACK),
                            new Match.Counted(Names.LOCALHOST_ACCEPTED)));
        }
        rules.add(Rule.of(new Target.FlipMarkBit(bit)));
        rules.add(Rule.of(masquerade).commented("kubernetes service traffic requiring SNAT"));
        return rules;
    }

    public List<Chain> filter() {
        return List.of(
                new Chain(
                        Names.SERVICES,
                        List.of(
                                refusal(ServiceSet.CLUSTER_REJECT, true, List.of()),
                                refusal(ServiceSet.CLUSTER_DROP, false, List.of()))),
                new Chain(Names.EXTERNAL_SERVICES, externalServices()),
                new Chain(Names.NODEPORTS, List.of(healthChecks())),
                new Chain(Names.FORWARD, forward()),
                new Chain(Names.PROXY_FIREWALL, firewall()));
    }

    private List<Rule> externalServices() {
        List<Rule> rules = new ArrayList<>();
        rules.add(refusal(ServiceSet.EXTERNAL_REJECT, true, List.of()));
        rules.add(refusal(ServiceSet.EXTERNAL_DROP, false, List.of()));
        for (List<Match> destination : layout.nodePortDestinations()) {
            rules.add(refusal(ServiceSet.NODE_PORT_REJECT, true, destination));
            rules.add(refusal(ServiceSet.NODE_PORT_DROP, false, destination));
        }
        return rules;
    }

    private Rule refusal(ServiceSet set, boolean reject, List<Match> matches) {
        Target target = reject ? new Target.Reject(layout.family()) : Target.DROP;
        return Rule.of(target, matches).and(Match.inSet(set(set), DST, DST));
    }

    private Rule healthChecks() {
        return Rule.of(
                        Target.ACCEPT,
                        new Match.ProtocolIs(Protocol.TCP),
                        Match.inSet(set(ServiceSet.HEALTH_CHECK), DST, DST))
                .commented("kubernetes health check node ports");
    }

    private List<Rule> forward() {
        List<Rule> rules = new ArrayList<>();
        if (layout.dropInvalid()) {
            Rule drop = Rule.of(Target.DROP, Match.state(State.INVALID));
            rules.add(
                    layout.counting() ? drop.and(new Match.Counted(Names.INVALID_DROPPED)) : drop);
        }
        rules.add(
                Rule.of(Target.ACCEPT, new Match.MarkBit(layout.masqueradeBit(), false))
                        .commented("kubernetes forwarding rules"));
        rules.add(
                Rule.of(Target.ACCEPT, Match.state(State.RELATED, State.ESTABLISHED))
                        .commented("kubernetes forwarding conntrack rule"));
        return rules;
    }

    private List<Rule> firewall() {
        return List.of(
                Rule.of(Target.RETURN, Match.inSet(set(ServiceSet.ADMITTED), DST, DST, SRC)),
                Rule.of(Target.DROP, Match.inSet(set(ServiceSet.RESTRICTED), DST, DST))
                        .commented("traffic not accepted by loadBalancerSourceRanges"));
    }

    /// Keeps others from reaching services on 127.0.0.1 through `route_localnet` (spec 4.8). It
    /// goes into KUBE-FIREWALL, where kubelet may have put the same; none if localhost node ports
    /// are off.
    public List<Rule> localnetGuard() {
        if (!layout.localhostNodePorts()) {
            return List.of();
        }
        return List.of(
                Rule.of(
                                Target.DROP,
                                new Match.Source(LOOPBACK, true),
                                new Match.Destination(LOOPBACK, false),
                                Match.notState(State.RELATED, State.ESTABLISHED, State.DNAT))
                        .commented("block incoming localnet connections"));
    }

    private SetName set(ServiceSet set) {
        return set.name(layout.family());
    }
}
