package dev.swivel.userspace.commit;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.link.InterfaceAddress;
import dev.swivel.linux.link.InterfaceAddresses;
import dev.swivel.linux.link.Link;
import dev.swivel.linux.link.Links;
import dev.swivel.linux.sysctl.Sysctl;
import dev.swivel.netfilter.commit.Families;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The ranges within which machines answer each other past connection tracking: those of this
/// node's bridges, if bridged packets do not pass it.
final class BridgedRanges {
    private BridgedRanges() {}

    static List<Cidr> read(IpFamily family) throws IOException {
        return passTracking(family) ? List.of() : ofBridges(family);
    }

    /// As `br_netfilter` has it; off where that is not loaded.
    private static boolean passTracking(IpFamily family) throws IOException {
        String name =
                family == IpFamily.IPV4
                        ? "net.bridge.bridge-nf-call-iptables"
                        : "net.bridge.bridge-nf-call-ip6tables";
        Sysctl sysctl = Sysctl.system();
        return sysctl.exists(name) && sysctl.readNumber(name) != 0;
    }

    private static List<Cidr> ofBridges(IpFamily family) throws IOException {
        Set<Integer> bridges;
        try (Links links = Links.open()) {
            bridges =
                    links.list().stream()
                            .filter(link -> link.kind().equals("bridge"))
                            .map(Link::index)
                            .collect(Collectors.toSet());
        }
        if (bridges.isEmpty()) {
            return List.of();
        }
        return InterfaceAddresses.list(Families.linux(family)).stream()
                .filter(address -> bridges.contains(address.interfaceIndex()))
                .filter(InterfaceAddress::isGlobal)
                .map(address -> new Cidr(IpAddress.of(address.address()), address.prefix()))
                .distinct()
                .sorted((a, b) -> a.address().compareTo(b.address()))
                .toList();
    }
}
