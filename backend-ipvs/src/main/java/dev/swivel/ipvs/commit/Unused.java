package dev.swivel.ipvs.commit;

import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.model.IpFamily;
import dev.swivel.ipvs.render.Names;
import dev.swivel.ipvs.render.ServiceSet;
import dev.swivel.linux.ipset.SetHeader;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.ipvs.Ipvs;
import dev.swivel.netfilter.commit.Installed;
import dev.swivel.netfilter.commit.Removal;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What kube-proxy's IPVS mode does not know of ours, once it has written the chains that both
/// have: the marks with their virtual servers, which would go on leading local traffic to endpoints
/// of once, and three sets.
public final class Unused {
    private static final List<ServiceSet> SETS =
            List.of(ServiceSet.IPVS_REJECT, ServiceSet.IPVS_DROP, ServiceSet.IPVS_MARK);

    private Unused() {}

    /// Removes it: first what marks packets, then virtual servers by mark, then sets.
    public static void remove() throws IOException {
        boolean removed = false;
        for (Iptables iptables : Installed.all()) {
            List<Removal> removals = removals(iptables);
            Removal.carryOut(removals, iptables);
            removed |= !removals.isEmpty();
        }
        if (!removed) {
            return;
        }
        if (Ipvs.probe().isEmpty()) {
            try (Kernel kernel = Kernel.open()) {
                new Farewell(kernel, List.of()).removeMarked();
            }
        }
        try (SetStore store = SetStore.open()) {
            for (SetHeader set : sets(store)) {
                if (set.references() == 0) {
                    store.destroy(set.name());
                }
            }
        }
    }

    /// What [#remove] would remove.
    public static List<KernelObject> list() throws IOException {
        List<KernelObject> found = new ArrayList<>();
        for (Iptables iptables : Installed.all()) {
            removals(iptables).forEach(part -> found.addAll(part.objects(iptables.name())));
        }
        if (found.isEmpty()) {
            return found;
        }
        if (Ipvs.probe().isEmpty()) {
            try (Kernel kernel = Kernel.open()) {
                found.addAll(new Farewell(kernel, List.of()).marked());
            }
        }
        try (SetStore store = SetStore.open()) {
            sets(store).forEach(set -> found.add(new KernelObject("ipset", set.name(), List.of())));
        }
        return found;
    }

    private static List<SetHeader> sets(SetStore store) throws IOException {
        Set<String> names = new HashSet<>();
        for (IpFamily family : IpFamily.values()) {
            SETS.forEach(set -> names.add(set.name(family).text()));
        }
        return store.headers().stream().filter(set -> names.contains(set.name())).toList();
    }

    /// None while the chain that drops and rejects is as we write it.
    private static List<Removal> removals(Iptables iptables) throws IOException {
        TableDump filter = TableDump.read(iptables, Table.FILTER);
        boolean taken =
                filter.has(Names.IPVS_FILTER)
                        && !Cleanup.looksInto(filter, Names.IPVS_FILTER, ServiceSet.IPVS_REJECT);
        if (!taken) {
            return List.of();
        }
        TableDump mangle = TableDump.read(iptables, Table.MANGLE);
        return List.of(new Removal(Table.MANGLE, mangle, Cleanup.inMangle(mangle)));
    }
}
