package dev.swivel.iptables.trace;

import dev.swivel.core.model.IpAddress;
import dev.swivel.iptables.render.Element;
import dev.swivel.iptables.render.Ruleset;
import dev.swivel.iptables.render.ServiceSet;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.SetName;
import java.util.Map;
import java.util.Set;

/// Whether a packet matches a rule.
final class MatchTest {
    private final Ruleset rules;
    private final Packet packet;
    private final Map<SetName, Set<IpAddress>> remembered;

    MatchTest(Ruleset rules, Packet packet, Map<SetName, Set<IpAddress>> remembered) {
        this.rules = rules;
        this.packet = packet;
        this.remembered = remembered;
    }

    /// Whether it matches, if chance will have it.
    boolean mayMatch(Rule rule, Flight flight) {
        return rule.matches().stream().allMatch(match -> mayMatch(match, flight));
    }

    private boolean mayMatch(Match match, Flight flight) {
        return switch (match) {
            case Match.Source(var range, var negated) -> range.contains(packet.source()) != negated;
            case Match.Destination(var range, var negated) ->
                    range.contains(flight.destination()) != negated;
            case Match.InInterface(var name, var prefix, var negated) ->
                    packet.inInterface()
                                    .filter(in -> prefix ? in.startsWith(name) : in.equals(name))
                                    .isPresent()
                            != negated;
            case Match.ProtocolIs(var protocol) -> packet.protocol() == protocol;
            case Match.DestinationPorts(var protocol, var low, var high) ->
                    packet.protocol() == protocol && flight.port() >= low && flight.port() <= high;
            case Match.MarkBit(var bit, var negated) ->
                    ((flight.mark() & (1 << bit)) != 0) != negated;
            case Match.MarkIs(var value, var mask) -> (flight.mark() & mask) == value;
            case Match.SentByIpvs() -> false;
            case Match.LocalAddress(var side) ->
                    packet.isLocal(
                            side == Match.Side.SOURCE ? packet.source() : flight.destination());
            case Match.ConnectionState(var states, var negated) ->
                    (states.contains(Match.State.NEW)
                                    || (flight.translated() && states.contains(Match.State.DNAT)))
                            != negated;
            case Match.OriginalDestination(var range) -> range.contains(packet.destination());
            case Match.Counted(var _) -> true;
            case Match.InSet(var set, var _) -> isElement(set, flight);
            case Match.Chance(var _) -> true;
        };
    }

    private boolean isElement(SetName name, Flight flight) {
        for (ServiceSet set : ServiceSet.values()) {
            if (set.name(rules.layout().family()).equals(name)) {
                return isElement(set, flight);
            }
        }
        if (!rules.affinity().containsKey(name)) {
            throw new IllegalStateException("a rule looks into " + name + ", which does not exist");
        }
        return remembered.getOrDefault(name, Set.of()).contains(packet.source());
    }

    private boolean isElement(ServiceSet set, Flight flight) {
        return switch (set.kind()) {
            case IP_PORT ->
                    has(
                            new Element.IpPort(
                                    set, flight.destination(), packet.protocol(), flight.port()));
            case IP_PORT_IP ->
                    flight.destination().equals(packet.source())
                            && has(
                                    new Element.Hairpin(
                                            packet.source(), packet.protocol(), flight.port()));
            case ANY_PORT ->
                    has(
                            new Element.AnyPort(
                                    set,
                                    rules.layout().family(),
                                    packet.protocol(),
                                    flight.port()));
            case IP_PORT_NET -> rules.elements().stream().anyMatch(e -> admits(e, flight));
        };
    }

    private boolean admits(Element element, Flight flight) {
        return element instanceof Element.Admitted(var address, var protocol, var port, var source)
                && address.equals(flight.destination())
                && protocol == packet.protocol()
                && port == flight.port()
                && source.contains(packet.source());
    }

    private boolean has(Element element) {
        return rules.elements().contains(element);
    }
}
