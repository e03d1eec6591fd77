package dev.swivel.iptables.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.iptables.render.Names;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.iptables.TableFingerprint;
import dev.swivel.netfilter.commit.Comparison;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.SetLayout;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.SetSync;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.commit.TableScript;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        for (Flavour flavour : Flavour.values()) {
            Optional<Iptables> iptables = open(family, flavour);
            if (iptables.isPresent()) {
                clean(iptables.get(), what);
            }
        }
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
            for (IpFamily family : IpFamily.values()) {
                SetLayout layout = SetForm.layout(family);
                String fixed = family == IpFamily.IPV4 ? "KUBE-IPT-" : "KUBE-6-IPT-";
                SetSync.destroyAll(
                        store, layout.passing().or(name -> name.startsWith(fixed)), SETS_PATIENCE);
            }
        }
    }

    private static Optional<Iptables> open(IpFamily family, Flavour flavour)
            throws CommandException {
        try {
            return Optional.of(Iptables.open(Families.linux(family), flavour));
        } catch (CommandException e) {
            if (e.exitCode() == CommandException.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static void clean(Iptables iptables, Extent what) throws IOException {
        TableDump nat = dump(iptables, "nat");
        TableDump filter = dump(iptables, "filter");
        List<ChainName> natChains = present(NAT, nat);
        List<ChainName> filterChains = present(FILTER, filter);
        if (what == Extent.OURS) {
            boolean generic = Ownership.ofPostrouting(nat);
            natChains.removeIf(chain -> !Ownership.inNat(chain, nat, generic));
            filterChains.removeIf(chain -> !Ownership.inFilter(chain, filter, generic));
        }
        natChains.addAll(Comparison.chains(nat, Names::isDynamic));
        StringBuilder text = new StringBuilder();
        script(Table.NAT, nat, natChains).appendTo(text);
        script(Table.FILTER, filter, filterChains).appendTo(text);
        if (what == Extent.ALL && dump(iptables, "mangle").has(Names.CANARY)) {
            text.append("*mangle\n:KUBE-PROXY-CANARY - [0:0]\n-X KUBE-PROXY-CANARY\nCOMMIT\n");
        }
        if (!text.isEmpty()) {
            iptables.restore(text);
        }
    }

    private static List<ChainName> present(List<ChainName> names, TableDump dump) {
        return new ArrayList<>(names.stream().filter(dump::has).toList());
    }

    private static TableScript script(Table table, TableDump dump, List<ChainName> chains) {
        TableScript script = new TableScript(table);
        for (String from : List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")) {
            dump.rules(from).stream()
                    .filter(rule -> chains.stream().anyMatch(chain -> leadsTo(rule, chain)))
                    .forEach(script::delete);
        }
        chains.forEach(script::remove);
        return script;
    }

    private static boolean leadsTo(String rule, ChainName chain) {
        return rule.endsWith(" -j " + chain);
    }

    /// Asking an absent legacy table for its rules would create it.
    private static TableDump dump(Iptables iptables, String table) throws IOException {
        boolean absent = iptables.fingerprint(table) instanceof TableFingerprint.Absent;
        return TableDump.parse(absent ? "" : iptables.save(table));
    }
}
