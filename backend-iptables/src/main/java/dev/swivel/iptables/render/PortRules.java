package dev.swivel.iptables.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Disposition;
import dev.swivel.core.model.Disposition.EndpointSet;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.SourceRanges;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The nat chains of one service port (spec 4.5, 4.6).
final class PortRules {
    private final Layout layout;
    private final ResolvedPort port;
    private final boolean comments;

    PortRules(Layout layout, ResolvedPort port, boolean comments) {
        this.layout = layout;
        this.port = port;
        this.comments = comments;
    }

    List<Chain> chains() {
        List<Chain> chains = new ArrayList<>();
        if (usesCluster()) {
            chains.add(balancing(EndpointSet.CLUSTER));
        }
        if (usesLocal()) {
            chains.add(balancing(EndpointSet.LOCAL));
        }
        if (hasExternal()) {
            chains.add(external());
            if (port.sourceRanges() instanceof SourceRanges.Only only && !vips().isEmpty()) {
                chains.add(admission(only));
            }
        }
        if (port.affinitySeconds() > 0) {
            reachable().forEach(endpoint -> chains.add(endpoint(endpoint)));
        }
        return chains;
    }

    /// Every endpoint that some chain sends traffic to, once.
    List<Endpoint> reachable() {
        Stream<Endpoint> cluster =
                usesCluster() ? port.endpoints().cluster().stream() : Stream.empty();
        Stream<Endpoint> local = usesLocal() ? port.endpoints().local().stream() : Stream.empty();
        return Stream.concat(cluster, local).distinct().toList();
    }

    /// The chain that traffic for the ClusterIP goes to; only if it is balanced.
    ChainName internalChain(EndpointSet set) {
        return set == EndpointSet.CLUSTER ? Names.cluster(port.name()) : Names.local(port.name());
    }

    boolean hasExternal() {
        return port.endpoints().hasAny() && port.hasExternalFrontends();
    }

    private boolean usesCluster() {
        return !port.endpoints().cluster().isEmpty()
                && (hasExternal() || internalGoesTo(EndpointSet.CLUSTER));
    }

    private boolean usesLocal() {
        return !port.endpoints().local().isEmpty()
                && ((hasExternal() && port.externalLocal()) || internalGoesTo(EndpointSet.LOCAL));
    }

    private boolean internalGoesTo(EndpointSet set) {
        return port.internal().equals(new Disposition.Balance(set));
    }

    List<IpAddress> vips() {
        return port.frontends().stream()
                .filter(Frontend.LoadBalancerVip.class::isInstance)
                .map(frontend -> ((Frontend.LoadBalancerVip) frontend).address())
                .toList();
    }

    private Chain balancing(EndpointSet set) {
        List<Rule> rules = new ArrayList<>();
        if (internalGoesTo(set)) {
            addMasquerade(rules);
        }
        List<Endpoint> endpoints =
                set == EndpointSet.CLUSTER ? port.endpoints().cluster() : port.endpoints().local();
        if (port.affinitySeconds() > 0) {
            for (Endpoint endpoint : endpoints) {
                rules.add(
                        Rule.of(
                                        Target.jump(Names.endpoint(port.name(), endpoint)),
                                        Match.inSet(
                                                Names.affinity(port.name(), endpoint),
                                                Match.Side.SOURCE))
                                .commented(comment(port.name() + " -> " + endpoint)));
            }
        }
        for (int i = 0; i < endpoints.size(); i++) {
            rules.add(choice(endpoints.get(i), endpoints.size() - i));
        }
        return new Chain(internalChain(set), rules);
    }

    /// One of `remaining` endpoints, each as likely: this one now, or one of those that follow.
    private Rule choice(Endpoint endpoint, int remaining) {
        List<Match> matches = new ArrayList<>();
        Target target;
        if (port.affinitySeconds() > 0) {
            target = Target.jump(Names.endpoint(port.name(), endpoint));
        } else {
            matches.add(new Match.ProtocolIs(port.protocol()));
            target = new Target.Dnat(endpoint.address(), endpoint.port());
        }
        if (remaining > 1) {
            matches.add(new Match.Chance(remaining));
        }
        return Rule.of(target, matches).commented(comment(port.name() + " -> " + endpoint));
    }

    /// M1 to M3 of spec 3.3.
    private void addMasquerade(List<Rule> rules) {
        if (!layout.masqueradeAll() && layout.notFromLocalPod().isEmpty()) {
            return;
        }
        for (Frontend frontend : port.frontends()) {
            if (frontend instanceof Frontend.ClusterIp(var address, var number)) {
                Rule rule =
                        Rule.of(
                                Target.jump(Names.MARK_MASQ),
                                Match.to(address),
                                new Match.ProtocolIs(port.protocol()),
                                Match.port(port.protocol(), number));
                if (!layout.masqueradeAll()) {
                    rule = rule.and(layout.notFromLocalPod().orElseThrow());
                }
                rules.add(rule.commented(comment(port.name() + " cluster IP")));
            }
        }
    }

    private Chain external() {
        List<Rule> rules = new ArrayList<>();
        if (port.externalLocal()) {
            addShortCircuit(rules);
            if (usesLocal()) {
                rules.add(Rule.of(Target.jump(Names.local(port.name()))));
            }
        } else {
            rules.add(
                    Rule.of(Target.jump(Names.MARK_MASQ))
                            .commented(external("masquerade traffic for ")));
            if (usesCluster()) {
                rules.add(Rule.of(Target.jump(Names.cluster(port.name()))));
            }
        }
        return new Chain(Names.external(port.name()), rules);
    }

    /// Under policy Local, this node's pods and the node itself still reach every endpoint (spec
    /// 2.6).
    private void addShortCircuit(List<Rule> rules) {
        if (!usesCluster()) {
            return;
        }
        Target all = Target.jump(Names.cluster(port.name()));
        layout.fromLocalPod()
                .ifPresent(local ->
                        rules.add(Rule.of(all, local).commented(external("pod traffic for "))));
        Match fromNode = new Match.LocalAddress(Match.Side.SOURCE);
        rules.add(
                Rule.of(Target.jump(Names.MARK_MASQ), fromNode)
                        .commented(external("masquerade LOCAL traffic for ")));
        rules.add(Rule.of(all, fromNode).commented(external("route LOCAL traffic for ")));
    }

    /// Sources that may use the VIPs (spec 3.4). Who is not among them falls off the end and meets
    /// the filter table.
    private Chain admission(SourceRanges.Only only) {
        Target admitted = Target.jump(Names.external(port.name()));
        String text = comment(port.name() + " loadbalancer IP");
        List<Rule> rules =
                admitted(only).stream()
                        .map(source -> Rule.of(admitted, Match.from(source)).commented(text))
                        .toList();
        return new Chain(Names.admission(port.name()), rules);
    }

    /// The ranges, and the VIPs as sources of the node's own connections to itself.
    List<Cidr> admitted(SourceRanges.Only only) {
        List<Cidr> sources = new ArrayList<>(only.ranges());
        if (layout.admitsNode(only)) {
            vips().forEach(vip -> sources.add(Cidr.host(vip)));
        }
        return sources.stream().distinct().toList();
    }

    /// Where affinity is remembered: who comes here comes here again.
    private Chain endpoint(Endpoint endpoint) {
        String text = comment(port.name().toString());
        return new Chain(
                Names.endpoint(port.name(), endpoint),
                List.of(
                        Rule.of(
                                        new Target.RememberSource(
                                                Names.affinity(port.name(), endpoint),
                                                port.affinitySeconds()))
                                .commented(text),
                        Rule.of(
                                        new Target.Dnat(endpoint.address(), endpoint.port()),
                                        new Match.ProtocolIs(port.protocol()))
                                .commented(text)));
    }

    private String external(String what) {
        return comment(what + port.name() + " external destinations");
    }

    private String comment(String text) {
        return comments ? text : "";
    }
}
