package dev.swivel.netfilter.rule;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import java.util.List;
import java.util.Optional;

/// Conditions that depend on the node.
public final class NodeMatches {
    private NodeMatches() {}

    /// The match for traffic of this node's pods, if it can be told (spec 11.6).
    ///
    /// @param negated for all other traffic instead
    public static Optional<Match> localTraffic(LocalTraffic detector, boolean negated) {
        return switch (detector) {
            case LocalTraffic.Unknown() -> Optional.empty();
            case LocalTraffic.FromCidr(var cidr) -> Optional.of(new Match.Source(cidr, negated));
            case LocalTraffic.FromInterface(var name) ->
                    Optional.of(new Match.InInterface(name, false, negated));
            case LocalTraffic.FromInterfacePrefix(var prefix) ->
                    Optional.of(new Match.InInterface(prefix, true, negated));
        };
    }

    /// The matches for the addresses on which node ports answer: one rule for each (spec 4.7).
    ///
    /// @param loopback whether loopback addresses are among them
    public static List<List<Match>> nodePorts(
            NodePortAddresses where, IpFamily family, boolean loopback) {
        return switch (where) {
            case NodePortAddresses.All() -> List.of(everyLocalAddress(family, loopback));
            case NodePortAddresses.Only(var addresses) ->
                    addresses.stream()
                            .filter(address -> loopback || !address.isLoopback())
                            .map(address -> List.of(Match.to(address)))
                            .toList();
        };
    }

    private static List<Match> everyLocalAddress(IpFamily family, boolean loopback) {
        Match local = new Match.LocalAddress(Match.Side.DESTINATION);
        if (loopback) {
            return List.of(local);
        }
        Cidr range = Cidr.of(family == IpFamily.IPV4 ? "127.0.0.0/8" : "::1/128");
        return List.of(new Match.Destination(range, true), local);
    }
}
