package dev.swivel.ipvs.commit;

import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.model.IpFamily;
import dev.swivel.ipvs.render.Names;
import dev.swivel.ipvs.render.ServiceSet;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.link.Links;
import dev.swivel.netfilter.commit.Installed;
import dev.swivel.netfilter.commit.Removal;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.SetSync;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Removes the rules and sets that this backend or kube-proxy's IPVS mode can have made, in both
/// flavours (spec 5.12). A chain that mode iptables has too goes only if it looks into sets of this
/// one.
public final class Cleanup {
    private static final Duration SETS_PATIENCE = Duration.ofSeconds(5);

    /// Only this mode has them.
    private static final List<ChainName> NAT = List.of(Names.NODE_PORT, Names.LOAD_BALANCER);

    private static final List<ChainName> FILTER =
            List.of(Names.NODE_PORT, Names.SOURCE_RANGES, Names.IPVS_FILTER, Names.IPVS_OUT_FILTER);

    private static final List<ChainName> MANGLE =
            List.of(Names.IPVS_MARK, Names.IPVS_OUTPUT, Names.SOURCE_RANGES);

    private Cleanup() {}

    /// Whether this mode has ever been here. Tells without loading a kernel module or running a
    /// program.
    public static boolean findsTraces() throws IOException {
        try (Links links = Links.open();
                SetStore store = SetStore.open()) {
            Set<String> names = setNames();
            return links.find(Names.INTERFACE).isPresent()
                    || store.headers().stream().anyMatch(set -> names.contains(set.name()));
        }
    }

    private static Set<String> setNames() {
        Set<String> names = new HashSet<>();
        for (IpFamily family : IpFamily.values()) {
            Arrays.stream(ServiceSet.values()).forEach(set -> names.add(set.name(family).text()));
            names.add(SetForm.spareName(family));
        }
        return names;
    }

    public static void rules() throws IOException {
        Installed.each(iptables -> Removal.carryOut(removals(iptables), iptables));
    }

    /// What [#rules] and [#sets] would remove.
    public static List<KernelObject> leftovers() throws IOException {
        List<KernelObject> found = new ArrayList<>();
        for (Iptables iptables : Installed.all()) {
            removals(iptables).forEach(removal -> found.addAll(removal.objects(iptables.name())));
        }
        Set<String> names = setNames();
        try (SetStore store = SetStore.open()) {
            store.headers().stream()
                    .filter(set -> names.contains(set.name()))
                    .forEach(set -> found.add(new KernelObject("ipset", set.name(), List.of())));
        }
        return found;
    }

    /// Removes the sets, which no rule of ours must use any longer.
    public static void sets() throws IOException {
        Set<String> names = setNames();
        try (SetStore store = SetStore.open()) {
            SetSync.destroyAll(store, names::contains, SETS_PATIENCE);
        }
    }

    private static List<Removal> removals(Iptables iptables) throws IOException {
        TableDump nat = TableDump.read(iptables, Table.NAT);
        TableDump filter = TableDump.read(iptables, Table.FILTER);
        TableDump mangle = TableDump.read(iptables, Table.MANGLE);
        List<ChainName> natChains = new ArrayList<>(NAT);
        List<ChainName> filterChains = new ArrayList<>(FILTER);
        if (looksInto(nat, Names.SERVICES, ServiceSet.CLUSTER_IP)) {
            natChains.add(Names.SERVICES);
        }
        if (looksInto(nat, Names.POSTROUTING, ServiceSet.LOOP_BACK)) {
            natChains.addAll(List.of(Names.POSTROUTING, Names.MARK_MASQ));
            filterChains.add(Names.FORWARD);
        }
        if (looksInto(filter, Names.PROXY_FIREWALL, ServiceSet.LOAD_BALANCER_FW)
                || leadsToSourceRanges(filter)) {
            filterChains.add(Names.PROXY_FIREWALL);
        }
        natChains.removeIf(chain -> !nat.has(chain));
        filterChains.removeIf(chain -> !filter.has(chain));
        return List.of(
                new Removal(Table.NAT, nat, natChains),
                new Removal(Table.FILTER, filter, filterChains),
                new Removal(Table.MANGLE, mangle, inMangle(mangle)));
    }

    static List<ChainName> inMangle(TableDump mangle) {
        return MANGLE.stream().filter(mangle::has).toList();
    }

    static boolean looksInto(TableDump dump, ChainName chain, ServiceSet set) {
        return dump.rules(chain.text()).stream()
                .anyMatch(rule ->
                        Arrays.stream(IpFamily.values())
                                .anyMatch(f -> rule.contains(" --match-set " + set.name(f) + " ")));
    }

    private static boolean leadsToSourceRanges(TableDump filter) {
        return filter.rules(Names.PROXY_FIREWALL.text()).stream()
                .anyMatch(rule -> rule.endsWith(" -j " + Names.SOURCE_RANGES));
    }
}
