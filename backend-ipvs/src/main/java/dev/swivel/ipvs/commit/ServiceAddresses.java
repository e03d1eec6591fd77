package dev.swivel.ipvs.commit;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.ipvs.render.Names;
import dev.swivel.linux.link.AddressChange;
import dev.swivel.linux.link.Link;
import dev.swivel.linux.link.Links;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The addresses of services, on the dummy interface that makes them the node's own (spec 5.3). It
/// is never up: it sends and answers nothing.
final class ServiceAddresses {
    private final Links links;

    ServiceAddresses(Links links) {
        this.links = links;
    }

    /// The interface, made if need be.
    Link make() throws IOException {
        return links.createDummy(Names.INTERFACE);
    }

    Optional<Link> find() throws IOException {
        return links.find(Names.INTERFACE);
    }

    Set<IpAddress> present(Link link, IpFamily family) throws IOException {
        Set<IpAddress> present = new HashSet<>();
        for (var each : links.addresses(link)) {
            IpAddress address = IpAddress.of(each.address());
            if (address.family() == family && !address.isLinkLocalV6()) {
                present.add(address);
            }
        }
        return present;
    }

    void add(Link link, Collection<IpAddress> addresses) throws IOException {
        if (!addresses.isEmpty()) {
            links.apply(
                    addresses.stream()
                            .map(ip -> AddressChange.add(link, ip.toInetAddress()))
                            .toList());
        }
    }

    void remove(Link link, Collection<IpAddress> addresses) throws IOException {
        if (!addresses.isEmpty()) {
            links.apply(
                    addresses.stream()
                            .map(ip -> AddressChange.delete(link, ip.toInetAddress()))
                            .toList());
        }
    }

    void delete() throws IOException {
        links.delete(Names.INTERFACE);
    }
}
