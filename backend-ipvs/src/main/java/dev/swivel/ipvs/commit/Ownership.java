package dev.swivel.ipvs.commit;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.ipvs.render.ServiceSet;
import dev.swivel.linux.ipset.PacketMark;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.netfilter.commit.SetStore;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Which virtual servers a proxy has made, as seen from what the kernel holds: those on addresses
/// of the services' interface, and those by node port or by mark that a set names. Others are
/// somebody else's, and are never touched.
///
/// @param addresses of the services' interface
/// @param hostAddresses of the node's other interfaces
/// @param nodePorts that the sets of node ports name
/// @param marks that the set of marks names
/// @param excluded ranges in which nothing is removed that we did not make ourselves
record Ownership(
        Set<IpAddress> addresses,
        Set<IpAddress> hostAddresses,
        Set<NodePort> nodePorts,
        Set<Integer> marks,
        List<Cidr> excluded)
        implements Predicate<Frontend> {

    /// @param protocol IANA number
    record NodePort(int protocol, int port) {}

    @Override
    public boolean test(Frontend frontend) {
        return switch (frontend) {
            case Frontend.Mark(var mark, var _) -> marks.contains(mark);
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
            List<Cidr> excluded)
            throws IOException {
        Set<NodePort> ports = new HashSet<>();
        for (ServiceSet set :
                List.of(
                        ServiceSet.NODE_PORT_TCP,
                        ServiceSet.NODE_PORT_UDP,
                        ServiceSet.NODE_PORT_SCTP)) {
            int protocol = set == ServiceSet.NODE_PORT_TCP ? 6 : 17;
            for (SetElement element : elements(store, set, family).keySet()) {
                switch (element) {
                    case SetElement.Port(var port) -> ports.add(new NodePort(protocol, port));
                    case SetElement.IpPort(var _, var number, var port) ->
                            ports.add(new NodePort(number, port));
                    default -> {}
                }
            }
        }
        Set<Integer> marks = new HashSet<>();
        for (var mark : elements(store, ServiceSet.IPVS_MARK, family).values()) {
            mark.ifPresent(each -> marks.add(each.value()));
        }
        return new Ownership(addresses, Set.copyOf(hostAddresses), ports, marks, excluded);
    }

    /// None also of a set that somebody else has made in another form: it names nothing of ours.
    private static Map<SetElement, Optional<PacketMark>> elements(
            SetStore store, ServiceSet set, IpFamily family) throws IOException {
        String name = set.name(family).text();
        String type = SetForm.spec(set, family).type().kernelName();
        boolean known =
                store.headers().stream()
                        .anyMatch(header ->
                                header.name().equals(name) && header.typeName().equals(type));
        return known ? store.elements(name) : Map.of();
    }
}
