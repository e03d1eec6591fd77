package dev.swivel.netfilter.check;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.RuleText;
import dev.swivel.netfilter.rule.SetName;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.Target;

/// Something that the kernel or the iptables program may lack.
public enum RuleFeature {
    COMMENTS("comments", "xt_comment"),
    PORTS("ports", "xt_tcpudp"),
    MARKS("packet marks", "xt_mark"),
    LOCAL_ADDRESSES("local addresses", "xt_addrtype"),
    CONNECTION_STATES("connection states", "xt_conntrack"),
    CHANCE("choice by chance", "xt_statistic"),
    SETS("sets in rules", "xt_set"),
    SET_TARGET("sets filled by rules", "xt_set"),
    REJECT("refusals", "ipt_REJECT ip6t_REJECT"),
    DNAT("destination NAT", "xt_nat"),
    MASQUERADE("masquerade", "xt_MASQUERADE"),
    NETMAP("NAT of ranges", "xt_NETMAP", "each kept source costs a request of its own"),
    OF_IPVS("connections of IPVS", "xt_ipvs");

    /// Exists where rules are tried.
    static final SetName SET = new SetName("KUBE-SWIVEL-CHECK");

    private static final ChainName CHAIN = new ChainName("KUBE-SWIVEL-CHECK");

    private final String title;
    private final String module;
    private final String loss;

    RuleFeature(String title, String module) {
        this(title, module, "");
    }

    RuleFeature(String title, String module, String loss) {
        this.title = title;
        this.module = module;
        this.loss = loss;
    }

    String title() {
        return title;
    }

    /// The kernel module that has it.
    String module() {
        return module;
    }

    /// What is lost without it; empty if nothing works.
    String loss() {
        return loss;
    }

    /// Input for `iptables-restore --noflush` that needs it, and nothing else that may be lacking.
    String script(IpFamily family) {
        Table table =
                switch (this) {
                    case CHANCE, DNAT, MASQUERADE, NETMAP, SET_TARGET, OF_IPVS -> Table.NAT;
                    default -> Table.FILTER;
                };
        return "*%s\n:%s - [0:0]\n%s\nCOMMIT\n"
                .formatted(table.text(), CHAIN, RuleText.append(CHAIN, rule(family)));
    }

    private Rule rule(IpFamily family) {
        Match tcp = new Match.ProtocolIs(Protocol.TCP);
        return switch (this) {
            case COMMENTS -> Rule.of(Target.RETURN).commented("x");
            case PORTS ->
                    Rule.of(Target.RETURN, tcp, new Match.DestinationPorts(Protocol.TCP, 80, 80));
            case MARKS -> Rule.of(Target.RETURN, new Match.MarkBit(14, false));
            case LOCAL_ADDRESSES ->
                    Rule.of(Target.RETURN, new Match.LocalAddress(Match.Side.DESTINATION));
            case CONNECTION_STATES -> Rule.of(Target.RETURN, Match.state(Match.State.ESTABLISHED));
            case CHANCE -> Rule.of(Target.RETURN, new Match.Chance(2));
            case SETS -> Rule.of(Target.RETURN, Match.inSet(SET, Match.Side.SOURCE));
            case SET_TARGET -> Rule.of(new Target.RememberSource(SET, 60));
            case REJECT -> Rule.of(new Target.Reject(family));
            case DNAT ->
                    Rule.of(
                            new Target.Dnat(
                                    IpAddress.of(
                                            family == IpFamily.IPV4 ? "192.0.2.1" : "2001:db8::1"),
                                    80),
                            tcp);
            case MASQUERADE -> Rule.of(new Target.Masquerade(false));
            case NETMAP ->
                    Rule.of(
                            new Target.Netmap(
                                    Cidr.of(
                                            family == IpFamily.IPV4
                                                    ? "192.0.2.0/24"
                                                    : "2001:db8::/64")));
            case OF_IPVS -> Rule.of(Target.RETURN, new Match.SentByIpvs());
        };
    }
}
