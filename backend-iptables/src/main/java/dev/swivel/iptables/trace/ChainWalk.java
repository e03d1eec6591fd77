package dev.swivel.iptables.trace;

import dev.swivel.core.model.IpAddress;
import dev.swivel.iptables.render.Ruleset;
import dev.swivel.iptables.trace.Way.Verdict;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.SetName;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Walks chains rule by rule.
final class ChainWalk {
    private final Ruleset rules;
    private final MatchTest test;

    ChainWalk(Ruleset rules, Packet packet, Map<SetName, Set<IpAddress>> remembered) {
        this.rules = rules;
        this.test = new MatchTest(rules, packet, remembered);
    }

    List<Way> walk(Table table, Chain chain, Flight flight) {
        List<Way> done = new ArrayList<>();
        List<Flight> here = List.of(flight);
        for (Rule rule : chain.rules()) {
            List<Flight> next = new ArrayList<>();
            for (Flight each : here) {
                if (!test.mayMatch(rule, each)) {
                    next.add(each);
                    continue;
                }
                if (isChance(rule)) {
                    next.add(each);
                }
                take(table, rule.target(), each, done, next);
            }
            here = next;
        }
        here.forEach(each -> done.add(new Way(Verdict.NONE, each)));
        return done;
    }

    private static boolean isChance(Rule rule) {
        return rule.matches().stream().anyMatch(Match.Chance.class::isInstance);
    }

    /// @param done ways that leave the chain by this target
    /// @param next ways that go on to the next rule
    private void take(
            Table table, Target target, Flight flight, List<Way> done, List<Flight> next) {
        switch (target) {
            case Target.Jump(var name) -> {
                for (Way way : walk(table, chain(table, name), flight)) {
                    if (way.verdict() == Verdict.NONE) {
                        next.add(way.flight());
                    } else {
                        done.add(way);
                    }
                }
            }
            case Target.Accept() -> done.add(new Way(Verdict.ACCEPT, flight));
            case Target.Drop() -> done.add(new Way(Verdict.DROP, flight));
            case Target.Return() -> done.add(new Way(Verdict.NONE, flight));
            case Target.Reject(var _) -> done.add(new Way(Verdict.REJECT, flight));
            case Target.Dnat(var address, var port) ->
                    done.add(new Way(Verdict.ACCEPT, flight.to(address, port)));
            case Target.Masquerade(var _) -> done.add(new Way(Verdict.ACCEPT, flight.masquerade()));
            case Target.Netmap(var range) ->
                    throw new IllegalStateException(range + ": this mode maps no ranges");
            case Target.SetMarkBit(var bit) -> next.add(flight.marked(flight.mark() | (1 << bit)));
            case Target.FlipMarkBit(var bit) -> next.add(flight.marked(flight.mark() ^ (1 << bit)));
            case Target.MapMark(var set) ->
                    throw new IllegalStateException(set + ": this mode has no marks to map");
            case Target.RememberSource(var _, var _), Target.GoOn() -> next.add(flight);
        }
    }

    private Chain chain(Table table, ChainName name) {
        Chain chain = rules.chains(table).get(name);
        if (chain == null) {
            throw new IllegalStateException("a rule jumps to " + name + ", which does not exist");
        }
        return chain;
    }
}
