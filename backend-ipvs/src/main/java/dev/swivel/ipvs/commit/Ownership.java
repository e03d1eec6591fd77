package dev.swivel.ipvs.commit;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.ipvs.render.ServiceSet;
import dev.swivel.linux.ipset.IpSetException;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.netfilter.commit.SetStore;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Which virtual servers a proxy has made, as seen from what the kernel holds: those on addresses
/// of the services' interface, those of node ports that a set names, and those by a mark of ours.
/// Others are somebody else's, and are never touched.
///
/// @param addresses of the services' interface
/// @param hostAddresses of the node's other interfaces
/// @param nodePorts that the sets of node ports name
/// @param markField the bits of our marks
/// @param excluded ranges in which nothing is removed that we did not make ourselves
record Ownership(
        Set<IpAddress> addresses,
        Set<IpAddress> hostAddresses,
        Set<NodePort> nodePorts,
        int markField,
        List<Cidr> excluded)
        implements Predicate<Frontend> {

    /// @param protocol IANA number
    record NodePort(int protocol, int port) {}

    @Override
    public boolean test(Frontend frontend) {
        return switch (frontend) {
            case Frontend.Mark(var mark, var _) -> (mark & ~markField) == 0;
            case Frontend.AddressPort(var protocol, var inet, var port) -> {
                IpAddress address = IpAddress.of(inet);
                boolean made =
                        addresses.contains(address)
                                || (hostAddresses.contains(address)
                                        && nodePorts.contains(new NodePort(protocol, port)));
                yield made && excluded.stream().noneMatch(range -> range.contains(address));
            }
        };
    }

    static Ownership read(
            SetStore store,
            IpFamily family,
            Set<IpAddress> addresses,
            Collection<IpAddress> hostAddresses,
            int markField,
            List<Cidr> excluded)
            throws IOException {
        Set<NodePort> ports = new HashSet<>();
        for (ServiceSet set :
                List.of(
                        ServiceSet.NODE_PORT_TCP,
                        ServiceSet.NODE_PORT_UDP,
                        ServiceSet.NODE_PORT_SCTP)) {
            int protocol = set == ServiceSet.NODE_PORT_TCP ? 6 : 17;
            for (SetElement element : elements(store, set.name(family).text())) {
                switch (element) {
                    case SetElement.Port(var port) -> ports.add(new NodePort(protocol, port));
                    case SetElement.IpPort(var _, var number, var port) ->
                            ports.add(new NodePort(number, port));
                    default -> {}
                }
            }
        }
        return new Ownership(addresses, Set.copyOf(hostAddresses), ports, markField, excluded);
    }

    private static Set<SetElement> elements(SetStore store, String set) throws IOException {
        try {
            return store.elements(set).keySet();
        } catch (IpSetException e) {
            if (e.isNoSuchSet()) {
                return Set.of();
            }
            throw e;
        }
    }
}
