package dev.swivel.lab.scenario.traced;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import dev.swivel.lab.scenario.Cast;
import dev.swivel.lab.scenario.Cast.Role;
import dev.swivel.lab.scenario.Expected.Source;
import dev.swivel.lab.scenario.Outcome;
import dev.swivel.lab.scenario.SentPacket;
import dev.swivel.lab.scenario.traced.NodeRules.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Takes a packet from node to node, as the network of the lab cluster would.
final class Journey {
    private static final String POD_BRIDGE = "cni0";
    private static final String UPLINK = "eth0";

    private final Cast cast;
    private final Map<String, ? extends NodeRules> rules;
    private final Map<String, Set<IpAddress>> nodeAddresses = new HashMap<>();

    /// @param carried what nodes carry on top of their own addresses
    Journey(
            Cast cast,
            Map<String, ? extends NodeRules> rules,
            Map<String, Set<IpAddress>> carried) {
        this.cast = cast;
        this.rules = rules;
        for (var node : cast.nodes()) {
            Set<IpAddress> all = new HashSet<>(carried.getOrDefault(node.name(), Set.of()));
            node.addresses().values().forEach(all::addAll);
            nodeAddresses.put(node.name(), all);
        }
    }

    /// One packet somewhere.
    ///
    /// @param inInterface empty on the node that sends it
    /// @param translated whether it is on its way to an endpoint
    private record Place(
            String node,
            Optional<String> inInterface,
            IpAddress source,
            IpAddress destination,
            int port,
            boolean masqueraded,
            boolean translated) {}

    /// All that may become of it.
    Set<Outcome> of(SentPacket packet) {
        var sender = cast.member(packet.from());
        IpAddress destination = packet.to();
        if (sender.role() == Role.POD) {
            return walk(start(sender, destination, packet, sender.node()), packet, Set.of());
        }
        if (!sender.node().isEmpty()) {
            boolean toItself =
                    destination.isLoopback() || addresses(sender.node()).contains(destination);
            IpAddress source = toItself ? destination : sender.address(packet.family());
            Place place =
                    new Place(
                            sender.node(),
                            Optional.empty(),
                            source,
                            destination,
                            packet.port(),
                            false,
                            false);
            return walk(place, packet, Set.of());
        }
        return cast.nodeFor(destination)
                .map(node -> walk(start(sender, destination, packet, node), packet, Set.of()))
                .orElse(Set.of(new Outcome.Untouched()));
    }

    private static Place start(
            Cast.Member sender, IpAddress destination, SentPacket packet, String node) {
        return new Place(
                node,
                Optional.of(sender.role() == Role.POD ? POD_BRIDGE : UPLINK),
                sender.address(packet.family()),
                destination,
                packet.port(),
                false,
                false);
    }

    private Set<Outcome> walk(Place place, SentPacket packet, Set<String> visited) {
        Set<Outcome> outcomes = new HashSet<>();
        for (Verdict verdict : verdicts(place, packet.protocol())) {
            switch (verdict) {
                case Verdict.Rejected() -> outcomes.add(new Outcome.Refused());
                case Verdict.Dropped() -> outcomes.add(new Outcome.Dropped());
                case Verdict.NotCaptured() -> outcomes.addAll(onwards(place, packet, visited));
                case Verdict.Translated(var address, var port, var masqueraded) ->
                        outcomes.addAll(
                                onwards(
                                        translated(place, address, port, masqueraded),
                                        packet,
                                        visited));
            }
        }
        return outcomes;
    }

    private Place translated(Place place, IpAddress address, int port, boolean masqueraded) {
        return new Place(
                place.node(),
                place.inInterface(),
                masqueraded ? cast.member(place.node()).address(address.family()) : place.source(),
                address,
                port,
                place.masqueraded() || masqueraded,
                true);
    }

    private Set<Verdict> verdicts(Place place, Protocol protocol) {
        NodeRules node = rules.get(place.node());
        if (node == null) {
            throw new IllegalStateException("no rules for " + place.node());
        }
        return node.walk(
                new NodePacket(
                        place.source(),
                        place.inInterface(),
                        place.destination(),
                        protocol,
                        place.port(),
                        addresses(place.node())));
    }

    private Set<IpAddress> addresses(String node) {
        return nodeAddresses.getOrDefault(node, Set.of());
    }

    /// To the next node, or to its end.
    private Set<Outcome> onwards(Place place, SentPacket packet, Set<String> visited) {
        Set<String> seen = new HashSet<>(visited);
        seen.add(place.node());
        Optional<String> next =
                addresses(place.node()).contains(place.destination())
                        ? Optional.empty()
                        : cast.nodeFor(place.destination()).filter(node -> !seen.contains(node));
        if (next.isPresent()) {
            return walk(
                    new Place(
                            next.get(),
                            Optional.of(UPLINK),
                            place.source(),
                            place.destination(),
                            place.port(),
                            place.masqueraded(),
                            place.translated()),
                    packet,
                    seen);
        }
        if (!place.translated()) {
            return Set.of(new Outcome.Untouched());
        }
        Source source = place.masqueraded() ? Source.NODE : Source.KEPT;
        return Set.of(new Outcome.Reached(place.destination(), place.port(), source));
    }
}
