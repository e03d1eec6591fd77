package dev.swivel.netfilter.commit;

import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Table;
import java.util.Collection;
import java.util.List;

/// Takes chains out of a table, with what leads to them from built-in chains.
public final class Removal {
    private static final List<String> BUILT_IN =
            List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

    private Removal() {}

    public static TableScript script(Table table, TableDump dump, Collection<ChainName> chains) {
        TableScript script = new TableScript(table);
        for (String from : BUILT_IN) {
            dump.rules(from).stream()
                    .filter(rule -> chains.stream().anyMatch(c -> rule.endsWith(" -j " + c)))
                    .forEach(script::delete);
        }
        chains.forEach(script::remove);
        return script;
    }
}
