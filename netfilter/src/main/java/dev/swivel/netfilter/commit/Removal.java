package dev.swivel.netfilter.commit;

import dev.swivel.core.backend.KernelObject;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Chains to take out of a table, with what leads to them from built-in chains.
///
/// @param dump the table as it is
/// @param rules more to take out of built-in chains, as saved
public record Removal(
        Table table, TableDump dump, Collection<ChainName> chains, List<String> rules) {
    private static final List<String> BUILT_IN =
            List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

    public Removal {
        chains = List.copyOf(chains);
        rules = List.copyOf(rules);
    }

    /// Without more rules.
    public Removal(Table table, TableDump dump, Collection<ChainName> chains) {
        this(table, dump, chains, List.of());
    }

    private TableScript script() {
        TableScript script = new TableScript(table);
        BUILT_IN.forEach(from -> jumps(from).forEach(script::delete));
        chains.forEach(script::remove);
        return script;
    }

    /// Does it, in one commit if there is anything to remove.
    public static void carryOut(List<Removal> removals, Iptables iptables) throws IOException {
        StringBuilder text = new StringBuilder();
        removals.forEach(removal -> removal.script().appendTo(text));
        if (!text.isEmpty()) {
            iptables.restore(text);
        }
    }

    /// For an operator.
    ///
    /// @param program whose table it is, as `iptables-nft`
    public List<KernelObject> objects(String program) {
        String where = program + " " + table.text();
        List<KernelObject> objects = new ArrayList<>();
        for (String from : BUILT_IN) {
            List<String> jumps = jumps(from);
            if (!jumps.isEmpty()) {
                objects.add(new KernelObject(where, from, jumps));
            }
        }
        chains.forEach(chain ->
                objects.add(new KernelObject(where, chain.text(), dump.rules(chain.text()))));
        return objects;
    }

    private List<String> jumps(String from) {
        return dump.rules(from).stream()
                .filter(rule ->
                        rules.contains(rule)
                                || chains.stream().anyMatch(chain -> rule.endsWith(" -j " + chain)))
                .toList();
    }
}
