package dev.swivel.iptables.trace;

import dev.swivel.core.model.IpAddress;
import dev.swivel.iptables.render.Ruleset;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.SetName;
import dev.swivel.netfilter.rule.Table;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The way of a packet through the hooks of netfilter. Every random choice is followed both ways.
/// Other software's rules are not looked at; the policies of the built-in chains count as ACCEPT.
public final class Trace {
    private final Ruleset rules;
    private final Packet packet;
    private final ChainWalk walk;

    private Trace(Ruleset rules, Packet packet, Map<SetName, Set<IpAddress>> remembered) {
        this.rules = rules;
        this.packet = packet;
        this.walk = new ChainWalk(rules, packet, remembered);
    }

    /// What may happen to that packet, if no client has affinity yet.
    public static Set<Outcome> of(Ruleset rules, Packet packet) {
        return of(rules, packet, Map.of());
    }

    /// @param remembered the clients in the affinity sets
    public static Set<Outcome> of(
            Ruleset rules, Packet packet, Map<SetName, Set<IpAddress>> remembered) {
        return new Trace(rules, packet, remembered).outcomes();
    }

    private Set<Outcome> outcomes() {
        Set<Outcome> outcomes = new LinkedHashSet<>();
        String first = packet.inInterface().isEmpty() ? "OUTPUT" : "PREROUTING";
        for (Way way : hook(Table.NAT, first, Flight.of(packet))) {
            for (Way filtered : filtered(way.flight())) {
                outcomes.addAll(left(filtered));
            }
        }
        return outcomes;
    }

    /// Through the filter table, by the destination that it has now.
    private List<Way> filtered(Flight flight) {
        boolean toNode = packet.isLocal(flight.destination());
        if (packet.inInterface().isPresent()) {
            return hook(Table.FILTER, toNode ? "INPUT" : "FORWARD", flight);
        }
        List<Way> sent = hook(Table.FILTER, "OUTPUT", flight);
        return toNode ? sent.stream().flatMap(way -> looped(way).stream()).toList() : sent;
    }

    /// What the machine sends to itself comes in again by the loopback device.
    private List<Way> looped(Way way) {
        return way.ended() ? List.of(way) : hook(Table.FILTER, "INPUT", way.flight());
    }

    private Set<Outcome> left(Way way) {
        switch (way.verdict()) {
            case REJECT -> {
                return Set.of(new Outcome.Rejected());
            }
            case DROP -> {
                return Set.of(new Outcome.Dropped());
            }
            case ACCEPT, NONE -> {}
        }
        boolean toNode = packet.isLocal(way.flight().destination());
        if (!way.flight().translated()) {
            return Set.of(new Outcome.NotCaptured(toNode));
        }
        Set<Outcome> outcomes = new LinkedHashSet<>();
        boolean leaves = !toNode || packet.inInterface().isEmpty();
        List<Way> ways = leaves ? hook(Table.NAT, "POSTROUTING", way.flight()) : List.of(way);
        for (Way last : ways) {
            Flight flight = last.flight();
            outcomes.add(
                    new Outcome.ToEndpoint(
                            flight.destination(), flight.port(), flight.masqueraded()));
        }
        return outcomes;
    }

    private List<Way> hook(Table table, String name, Flight flight) {
        Chain chain = rules.chains(table).get(new ChainName(name));
        return chain == null
                ? List.of(new Way(Way.Verdict.NONE, flight))
                : walk.walk(table, chain, flight);
    }
}
