package dev.swivel.iptables.commit;

import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.model.IpFamily;
import dev.swivel.iptables.render.Names;
import dev.swivel.linux.accounting.PacketCounters;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.netfilter.commit.Comparison;
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
import java.util.List;

/// Removes everything that this backend or kube-proxy's iptables mode can have made, in both
/// flavours (spec 4.15). KUBE-FIREWALL, which kubelet uses too, stays with its jumps, and so do
/// sysctls.
public final class Cleanup {
    private static final Duration SETS_PATIENCE = Duration.ofSeconds(5);
    private static final List<ChainName> NAT =
            List.of(
                    Names.SERVICES,
                    Names.NODEPORTS,
                    Names.POSTROUTING,
                    Names.MARK_MASQ,
                    Names.CANARY);
    private static final List<ChainName> FILTER =
            List.of(
                    Names.SERVICES,
                    Names.EXTERNAL_SERVICES,
                    Names.FORWARD,
                    Names.NODEPORTS,
                    Names.PROXY_FIREWALL,
                    Names.CANARY);

    private Cleanup() {}

    /// Removes the rules of one IP family.
    ///
    /// @param what all that can be ours, or only what is certainly ours and nobody else's
    public static void rules(IpFamily family, Extent what) throws IOException {
        Installed.each(family, iptables -> Removal.carryOut(leftovers(iptables, what), iptables));
    }

    /// What [#rules] would remove: chains with their rules, and the rules that lead to them.
    public static List<KernelObject> leftoverRules(IpFamily family, Extent what)
            throws IOException {
        List<KernelObject> found = new ArrayList<>();
        for (Iptables iptables : Installed.of(family)) {
            leftovers(iptables, what).forEach(part -> found.addAll(part.objects(iptables.name())));
        }
        return found;
    }

    /// How much to remove.
    public enum Extent {
        /// What we or kube-proxy can have made.
        ALL,
        /// What no other backend uses. kube-proxy's IPVS mode has chains of the same names: one
        /// that it has written is not ours any longer.
        OURS
    }

    /// Removes the sets, which no rule of ours must use any longer.
    public static void sets() throws IOException {
        try (SetStore store = SetStore.open()) {
            SetSync.destroyAll(store, Cleanup::isSet, SETS_PATIENCE);
        }
    }

    /// What [#sets] would remove.
    public static List<KernelObject> leftoverSets() throws IOException {
        try (SetStore store = SetStore.open()) {
            return store.headers().stream()
                    .filter(header -> isSet(header.name()))
                    .map(header -> new KernelObject("ipset", header.name(), List.of()))
                    .toList();
        }
    }

    /// Removes the packet counters, which no rule of ours must use any longer.
    public static void counters() throws IOException {
        for (KernelObject counter : leftoverCounters()) {
            PacketCounters.delete(counter.name());
        }
    }

    /// What [#counters] would remove.
    public static List<KernelObject> leftoverCounters() throws IOException {
        List<KernelObject> found = new ArrayList<>();
        if (PacketCounters.isSupported()) {
            for (String counter : Names.COUNTERS) {
                if (PacketCounters.packets(counter).isPresent()) {
                    found.add(new KernelObject("packet counter", counter, List.of()));
                }
            }
        }
        return found;
    }

    static boolean isSet(String name) {
        return name.startsWith("KUBE-IPT-")
                || name.startsWith("KUBE-6-IPT-")
                || Arrays.stream(IpFamily.values())
                        .anyMatch(family -> SetForm.layout(family).passing().test(name));
    }

    private static List<Removal> leftovers(Iptables iptables, Extent what) throws IOException {
        TableDump nat = TableDump.read(iptables, Table.NAT);
        TableDump filter = TableDump.read(iptables, Table.FILTER);
        List<ChainName> natChains = present(NAT, nat);
        List<ChainName> filterChains = present(FILTER, filter);
        if (what == Extent.OURS) {
            boolean generic = Ownership.ofPostrouting(nat);
            natChains.removeIf(chain -> !Ownership.inNat(chain, nat, generic));
            filterChains.removeIf(chain -> !Ownership.inFilter(chain, filter, generic));
        }
        natChains.addAll(Comparison.chains(nat, Names::isDynamic));
        TableDump mangle =
                what == Extent.ALL ? TableDump.read(iptables, Table.MANGLE) : TableDump.parse("");
        return List.of(
                new Removal(Table.NAT, nat, natChains),
                new Removal(Table.FILTER, filter, filterChains),
                new Removal(Table.MANGLE, mangle, present(List.of(Names.CANARY), mangle)));
    }

    private static List<ChainName> present(List<ChainName> names, TableDump dump) {
        return new ArrayList<>(names.stream().filter(dump::has).toList());
    }
}
