package dev.swivel.iptables.commit;

import dev.swivel.core.backend.KernelObject;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.commit.TableScript;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Table;
import java.util.ArrayList;
import java.util.List;

/// What a cleanup removes from one table: chains, and the rules of built-in chains that lead there.
///
/// @param dump the table as it is
record Leftover(Table table, TableDump dump, List<ChainName> chains) {
    private static final List<String> BUILT_IN =
            List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

    TableScript script() {
        TableScript script = new TableScript(table);
        BUILT_IN.forEach(from -> jumps(from).forEach(script::delete));
        chains.forEach(script::remove);
        return script;
    }

    /// For an operator.
    List<KernelObject> objects(Iptables iptables) {
        String where = iptables.name() + " " + table.text();
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
                .filter(rule -> chains.stream().anyMatch(chain -> rule.endsWith(" -j " + chain)))
                .toList();
    }
}
