package dev.swivel.netfilter.commit;

import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Jump;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.RuleText;
import dev.swivel.netfilter.rule.Table;

/// A script for `iptables-restore --noflush` on one table. What it does not name stays as it is.
public final class TableScript {
    private final Table table;
    private final StringBuilder declarations = new StringBuilder();
    private final StringBuilder rules = new StringBuilder();
    private final StringBuilder removals = new StringBuilder();
    private int lines;

    public TableScript(Table table) {
        this.table = table;
    }

    public Table table() {
        return table;
    }

    public boolean isEmpty() {
        return lines == 0;
    }

    /// How many rules and chains it writes or removes.
    public int lines() {
        return lines;
    }

    /// Makes the chain if need be, and makes it hold exactly those rules.
    public void write(Chain chain) {
        declare(chain.name());
        for (Rule rule : chain.rules()) {
            add(RuleText.append(chain.name(), rule));
        }
    }

    /// Makes the chain, or empties it.
    public void declare(ChainName chain) {
        declarations.append(':').append(chain).append(" - [0:0]\n");
        lines++;
    }

    public void append(ChainName chain, Rule rule) {
        add(RuleText.append(chain, rule));
    }

    public void insert(Jump jump) {
        add(RuleText.insert(jump.from(), jump.rule()));
    }

    /// @param saved the rule as `iptables-save` printed it
    public void delete(String saved) {
        add("-D" + saved.substring(2));
    }

    /// Empties and removes a chain.
    public void remove(ChainName chain) {
        declare(chain);
        removals.append("-X ").append(chain).append('\n');
    }

    private void add(String line) {
        rules.append(line).append('\n');
        lines++;
    }

    public void appendTo(StringBuilder text) {
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
