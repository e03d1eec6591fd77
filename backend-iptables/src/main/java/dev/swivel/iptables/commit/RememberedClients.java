package dev.swivel.iptables.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.iptables.render.Names;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.iptables.RecentList;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The clients that kube-proxy's rules remember for services with affinity: its `recent` lists have
/// the names of its chains for endpoints, and so of ours.
final class RememberedClients {
    private RememberedClients() {}

    private record Place(ChainName endpoint, long lastSeen) {
        Place later(Place other) {
            return Long.compareUnsigned(lastSeen, other.lastSeen) < 0 ? other : this;
        }
    }

    /// What puts each of them into the affinity set of the endpoint where it was last, for the
    /// whole of the service's time, and out of the others': those are older, since such a list is
    /// there only while kube-proxy's rules are.
    ///
    /// @param chains of the nat table, as they are to be
    static List<SetChange> of(Collection<Chain> chains, IpFamily family) throws IOException {
        Set<String> lists = RecentList.names();
        List<SetChange> changes = new ArrayList<>();
        for (Chain chain : lists.isEmpty() ? List.<Chain>of() : chains) {
            Map<InetAddress, Place> places = new HashMap<>();
            List<ChainName> endpoints = endpoints(chain);
            for (ChainName endpoint : endpoints) {
                if (lists.contains(endpoint.text())) {
                    RecentList.read(endpoint.text())
                            .forEach((client, seen) ->
                                    places.merge(client, new Place(endpoint, seen), Place::later));
                }
            }
            places.forEach((client, place) -> {
                SetElement element = new SetElement.Ip(client);
                for (ChainName endpoint : endpoints) {
                    String set = Names.affinityOf(endpoint, family);
                    changes.add(
                            endpoint.equals(place.endpoint)
                                    ? SetChange.add(set, element)
                                    : SetChange.delete(set, element));
                }
            });
        }
        return changes;
    }

    private static List<ChainName> endpoints(Chain chain) {
        return chain.rules().stream()
                .map(rule -> rule.jumpsTo().filter(Names::isEndpoint))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }
}
