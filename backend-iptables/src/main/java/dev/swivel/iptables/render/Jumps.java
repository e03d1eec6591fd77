package dev.swivel.iptables.render;

import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Jump;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.Match.State;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.Target;
import java.util.ArrayList;
import java.util.List;

/// The rules in built-in chains that lead to ours (spec 4.2), in the order in which they are put at
/// the head of their chain: the last one ends up first.
public final class Jumps {
    private Jumps() {}

    /// @param localnetGuard whether KUBE-FIREWALL is ours to reach too
    public static List<Jump> all(boolean localnetGuard) {
        List<Jump> jumps = new ArrayList<>();
        // kube-proxy has no such jump from OUTPUT: what the node itself sends to a VIP without
        // endpoints would leave the node.
        for (String from : List.of("INPUT", "FORWARD", "OUTPUT")) {
            jumps.add(
                    filter(
                            from,
                            toNew(Names.EXTERNAL_SERVICES),
                            "kubernetes externally-visible service portals"));
        }
        jumps.add(
                filter(
                        "INPUT",
                        Rule.of(Target.jump(Names.NODEPORTS)),
                        "kubernetes health check service ports"));
        for (String from : List.of("FORWARD", "OUTPUT")) {
            jumps.add(filter(from, toNew(Names.SERVICES), "kubernetes service portals"));
        }
        jumps.add(
                filter(
                        "FORWARD",
                        Rule.of(Target.jump(Names.FORWARD)),
                        "kubernetes forwarding rules"));
        for (String from : List.of("INPUT", "OUTPUT", "FORWARD")) {
            jumps.add(
                    filter(from, toNew(Names.PROXY_FIREWALL), "kubernetes load balancer firewall"));
        }
        jumps.add(nat("OUTPUT", Names.SERVICES, "kubernetes service portals"));
        jumps.add(nat("PREROUTING", Names.SERVICES, "kubernetes service portals"));
        jumps.add(nat("POSTROUTING", Names.POSTROUTING, "kubernetes postrouting rules"));
        if (localnetGuard) {
            jumps.add(filter("INPUT", Rule.of(Target.jump(Names.FIREWALL)), ""));
            jumps.add(filter("OUTPUT", Rule.of(Target.jump(Names.FIREWALL)), ""));
        }
        return jumps;
    }

    private static Rule toNew(ChainName chain) {
        return Rule.of(Target.jump(chain), Match.state(State.NEW));
    }

    private static Jump filter(String from, Rule rule, String comment) {
        return new Jump(Table.FILTER, new ChainName(from), rule.commented(comment));
    }

    private static Jump nat(String from, ChainName to, String comment) {
        return new Jump(
                Table.NAT, new ChainName(from), Rule.of(Target.jump(to)).commented(comment));
    }
}
