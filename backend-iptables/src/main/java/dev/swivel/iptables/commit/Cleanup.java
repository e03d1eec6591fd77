package dev.swivel.iptables.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.iptables.render.Names;
import dev.swivel.iptables.rule.ChainName;
import dev.swivel.iptables.rule.Table;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.iptables.TableFingerprint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
    public static void rules(IpFamily family) throws IOException {
        for (Flavour flavour : Flavour.values()) {
            Optional<Iptables> iptables = open(family, flavour);
            if (iptables.isPresent()) {
                clean(iptables.get());
            }
        }
    }

    /// Removes the sets, which no rule of ours must use any longer.
    public static void sets() throws IOException {
        try (SetStore store = SetStore.open()) {
            for (IpFamily family : IpFamily.values()) {
                SetSync.destroyAll(store, family, SETS_PATIENCE);
            }
        }
    }

    private static Optional<Iptables> open(IpFamily family, Flavour flavour)
            throws CommandException {
        try {
            return Optional.of(Iptables.open(SetForm.of(family), flavour));
        } catch (CommandException e) {
            if (e.exitCode() == CommandException.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static void clean(Iptables iptables) throws IOException {
        StringBuilder text = new StringBuilder();
        script(iptables, "nat", Table.NAT, NAT, text);
        script(iptables, "filter", Table.FILTER, FILTER, text);
        if (present(iptables, "mangle")
                && TableDump.parse(iptables.save("mangle")).has(Names.CANARY)) {
            text.append("*mangle\n:KUBE-PROXY-CANARY - [0:0]\n-X KUBE-PROXY-CANARY\nCOMMIT\n");
        }
        if (!text.isEmpty()) {
            iptables.restore(text);
        }
    }

    private static void script(
            Iptables iptables, String name, Table table, List<ChainName> fixed, StringBuilder text)
            throws IOException {
        if (!present(iptables, name)) {
            return;
        }
        TableDump dump = TableDump.parse(iptables.save(name));
        List<ChainName> ours = new ArrayList<>(fixed.stream().filter(dump::has).toList());
        if (table == Table.NAT) {
            ours.addAll(Comparison.dynamic(dump));
        }
        TableScript script = new TableScript(table);
        for (String from : Set.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")) {
            dump.rules(from).stream()
                    .filter(rule -> ours.stream().anyMatch(chain -> leadsTo(rule, chain)))
                    .forEach(script::delete);
        }
        ours.forEach(script::remove);
        script.appendTo(text);
    }

    private static boolean leadsTo(String rule, ChainName chain) {
        return rule.endsWith(" -j " + chain);
    }

    /// Asking an absent legacy table for its rules would create it.
    private static boolean present(Iptables iptables, String table) throws IOException {
        return !(iptables.fingerprint(table) instanceof TableFingerprint.Absent);
    }
}
