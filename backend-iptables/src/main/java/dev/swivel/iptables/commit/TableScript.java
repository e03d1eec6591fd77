package dev.swivel.iptables.commit;

import dev.swivel.iptables.render.Jumps;
import dev.swivel.iptables.rule.Chain;
import dev.swivel.iptables.rule.ChainName;
import dev.swivel.iptables.rule.Rule;
import dev.swivel.iptables.rule.RuleText;
import dev.swivel.iptables.rule.Table;

/// A script for `iptables-restore --noflush` on one table. What it does not name stays as it is.
final class TableScript {
    private final Table table;
    private final StringBuilder declarations = new StringBuilder();
    private final StringBuilder rules = new StringBuilder();
    private final StringBuilder removals = new StringBuilder();
    private int lines;

    TableScript(Table table) {
        this.table = table;
    }

    Table table() {
        return table;
    }

    boolean isEmpty() {
        return lines == 0;
    }

    /// How many rules and chains it writes or removes.
    int lines() {
        return lines;
    }

    /// Makes the chain if need be, and makes it hold exactly those rules.
    void write(Chain chain) {
        declare(chain.name());
        for (Rule rule : chain.rules()) {
            add(RuleText.append(chain.name(), rule));
        }
    }

    /// Makes the chain, or empties it.
    void declare(ChainName chain) {
        declarations.append(':').append(chain).append(" - [0:0]\n");
        lines++;
    }

    void append(ChainName chain, Rule rule) {
        add(RuleText.append(chain, rule));
    }

    void insert(Jumps.Jump jump) {
        add(RuleText.insert(jump.from(), jump.rule()));
    }

    /// @param saved the rule as `iptables-save` printed it
    void delete(String saved) {
        add("-D" + saved.substring(2));
    }

    /// Empties and removes a chain.
    void remove(ChainName chain) {
        declare(chain);
        removals.append("-X ").append(chain).append('\n');
    }

    private void add(String line) {
        rules.append(line).append('\n');
        lines++;
    }

    void appendTo(StringBuilder text) {
        if (!isEmpty()) {
            text.append('*')
                    .append(table.text())
                    .append('\n')
                    .append(declarations)
                    .append(rules)
                    .append(removals)
                    .append("COMMIT\n");
        }
    }
}
