package dev.swivel.iptables.commit;

import dev.swivel.core.backend.KernelObject;
import dev.swivel.iptables.render.Names;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.ipset.SetHeader;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.netfilter.commit.Comparison;
import dev.swivel.netfilter.commit.Installed;
import dev.swivel.netfilter.commit.Removal;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/// What only this backend makes and nothing uses, after kube-proxy has written the chains that both
/// have: branches of the dispatch tree, sets, a jump. While the branches stand, kube-proxy cannot
/// delete a Service: its chain is still jumped to.
public final class Unused {
    private Unused() {}

    /// Removes it. What serves stays as it is.
    public static void remove() throws IOException {
        for (Iptables iptables : Installed.all()) {
            Removal.carryOut(removals(iptables), iptables);
        }
        if (IpSets.isPresent()) {
            try (SetStore store = SetStore.open()) {
                for (SetHeader set : sets(store)) {
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
        if (IpSets.isPresent()) {
            try (SetStore store = SetStore.open()) {
                sets(store)
                        .forEach(
                                set -> found.add(new KernelObject("ipset", set.name(), List.of())));
            }
        }
        return found;
    }

    private static List<SetHeader> sets(SetStore store) throws IOException {
        return store.headers().stream()
                .filter(set -> Cleanup.isSet(set.name()) && set.references() == 0)
                .toList();
    }

    private static List<Removal> removals(Iptables iptables) throws IOException {
        TableDump nat = TableDump.read(iptables, Table.NAT);
        TableDump filter = TableDump.read(iptables, Table.FILTER);
        return List.of(
                new Removal(Table.NAT, nat, unreachable(nat), List.of()),
                new Removal(Table.FILTER, filter, List.of(), jumps(filter)));
    }

    /// The jump that kube-proxy has not, once the chain is kube-proxy's.
    private static List<String> jumps(TableDump filter) {
        if (Ownership.usesOurSets(Names.EXTERNAL_SERVICES, filter)) {
            return List.of();
        }
        return filter.rules("OUTPUT").stream()
                .filter(rule -> rule.endsWith(" -j " + Names.EXTERNAL_SERVICES))
                .toList();
    }

    /// Branches of the dispatch trees to which no other chain leads, by whatever way.
    private static Set<ChainName> unreachable(TableDump nat) {
        Set<ChainName> branches = Comparison.chains(nat, Names::isBranch);
        Deque<String> reached = new ArrayDeque<>();
        for (String chain : nat.names()) {
            if (!Names.isBranch(chain)) {
                reached.add(chain);
            }
        }
        while (!reached.isEmpty()) {
            for (String rule : nat.rules(reached.pop())) {
                String target = TableDump.target(rule);
                if (Names.isBranch(target) && branches.remove(new ChainName(target))) {
                    reached.add(target);
                }
            }
        }
        return branches;
    }
}
