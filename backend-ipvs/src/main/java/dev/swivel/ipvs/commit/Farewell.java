package dev.swivel.ipvs.commit;

import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.IpvsChange;
import dev.swivel.linux.ipvs.RealServerState;
import dev.swivel.linux.ipvs.VirtualServerState;
import dev.swivel.linux.link.InterfaceAddresses;
import dev.swivel.linux.link.Link;
import dev.swivel.netfilter.commit.Families;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Takes our virtual servers out of the kernel, with the addresses that only they need, as soon as
/// they have no connections, or at once.
public final class Farewell {
    private final Kernel kernel;
    private final ServiceAddresses addresses;
    private final Predicate<Frontend> ours;

    /// Looks now whose virtual servers are whose: what tells will be gone later.
    ///
    /// @param excluded ranges in which nothing is touched
    public Farewell(Kernel kernel, List<Cidr> excluded) throws IOException {
        this.kernel = kernel;
        this.addresses = new ServiceAddresses(kernel.links());
        Optional<Link> link = addresses.find();
        Predicate<Frontend> found = _ -> false;
        for (IpFamily family : IpFamily.values()) {
            Set<IpAddress> present =
                    link.isPresent() ? addresses.present(link.get(), family) : Set.of();
            found =
                    found.or(
                            Ownership.read(
                                    kernel.sets(),
                                    family,
                                    present,
                                    host(family, present),
                                    excluded));
        }
        this.ours = found;
    }

    private static List<IpAddress> host(IpFamily family, Set<IpAddress> ofServices)
            throws IOException {
        return InterfaceAddresses.list(Families.linux(family)).stream()
                .map(each -> IpAddress.of(each.address()))
                .filter(ip -> !ofServices.contains(ip))
                .toList();
    }

    /// The virtual servers that [#removeAll] would remove, and the services' interface.
    public List<KernelObject> leftovers() throws IOException {
        List<KernelObject> found = new ArrayList<>();
        for (VirtualServerState state : kernel.ipvs().serversWithReal()) {
            if (ours.test(state.server().frontend())) {
                found.add(IpvsText.object(state));
            }
        }
        Optional<Link> link = addresses.find();
        if (link.isPresent()) {
            List<String> lines = new ArrayList<>();
            for (IpFamily family : IpFamily.values()) {
                addresses.present(link.get(), family).stream()
                        .sorted()
                        .forEach(ip -> lines.add(ip.toString()));
            }
            found.add(new KernelObject("link", link.get().name(), lines));
        }
        return found;
    }

    /// Removes what has no connections.
    ///
    /// @return whether nothing of ours is left
    public boolean removeIdle() throws IOException {
        return remove(Farewell::isIdle);
    }

    /// Removes everything.
    public void removeAll() throws IOException {
        boolean _ = remove(_ -> true);
        addresses.delete();
    }

    /// Removes those by packet mark, which no other proxy makes.
    public void removeMarked() throws IOException {
        List<IpvsChange> gone = new ArrayList<>();
        for (VirtualServerState state : ofMarks()) {
            gone.add(new IpvsChange.DeleteServer(state.server().frontend()));
        }
        if (!gone.isEmpty()) {
            kernel.ipvs().apply(gone);
        }
    }

    /// What [#removeMarked] would remove.
    public List<KernelObject> marked() throws IOException {
        return ofMarks().stream().map(IpvsText::object).toList();
    }

    private List<VirtualServerState> ofMarks() throws IOException {
        return kernel.ipvs().serversWithReal().stream()
                .filter(state -> state.server().frontend() instanceof Frontend.Mark)
                .filter(state -> ours.test(state.server().frontend()))
                .toList();
    }

    private static boolean isIdle(VirtualServerState state) {
        return state.realServers().stream().allMatch(RealServerState::isIdle);
    }

    private boolean remove(Predicate<VirtualServerState> which) throws IOException {
        List<IpvsChange> gone = new ArrayList<>();
        Set<IpAddress> needed = new HashSet<>();
        boolean left = false;
        boolean byMark = false;
        for (VirtualServerState state : kernel.ipvs().serversWithReal()) {
            Frontend frontend = state.server().frontend();
            if (ours.test(frontend) && which.test(state)) {
                gone.add(new IpvsChange.DeleteServer(frontend));
            } else if (ours.test(frontend)) {
                left = true;
                if (frontend instanceof Frontend.AddressPort(var _, var address, var _)) {
                    needed.add(IpAddress.of(address));
                } else {
                    byMark = true; // of which addresses, there is no telling
                }
            }
        }
        if (!gone.isEmpty()) {
            kernel.ipvs().apply(gone);
        }
        Optional<Link> link = addresses.find();
        if (link.isPresent()) {
            for (IpFamily family : IpFamily.values()) {
                Set<IpAddress> idle = addresses.present(link.get(), family);
                idle.removeAll(needed);
                addresses.remove(link.get(), byMark ? Set.of() : idle);
            }
        }
        return !left;
    }
}
