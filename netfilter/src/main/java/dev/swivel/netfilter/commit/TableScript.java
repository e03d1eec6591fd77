package dev.swivel.netfilter.commit;

import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Jump;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.RuleText;
import dev.swivel.netfilter.rule.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A script for `iptables-restore --noflush` on one table. What it does not name stays as it is.
/// Keeps what is to be written, and makes text of it only while it is written.
public final class TableScript {
    private static final int PIECE = 8192;

    private final Table table;
    private final List<ChainName> declarations = new ArrayList<>();
    private final List<Consumer<StringBuilder>> rules = new ArrayList<>();
    private final List<ChainName> removals = new ArrayList<>();
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
        add(
                chain.rules().size(),
                text -> {
                    for (Rule rule : chain.rules()) {
                        RuleText.append(chain.name(), rule, text);
                        text.append('\n');
                    }
                });
    }

    /// Makes the chain, or empties it.
    public void declare(ChainName chain) {
        declarations.add(chain);
        lines++;
    }

    public void append(ChainName chain, Rule rule) {
        add(
                1,
                text -> {
                    RuleText.append(chain, rule, text);
                    text.append('\n');
                });
    }

    public void insert(Jump jump) {
        add(1, text -> text.append(RuleText.insert(jump.from(), jump.rule())).append('\n'));
    }

    /// @param saved the rule as `iptables-save` printed it
    public void delete(String saved) {
        add(1, text -> text.append("-D").append(saved, 2, saved.length()).append('\n'));
    }

    /// Empties and removes a chain.
    public void remove(ChainName chain) {
        declare(chain);
        removals.add(chain);
    }

    private void add(int count, Consumer<StringBuilder> rule) {
        rules.add(rule);
        lines += count;
    }

    public void appendTo(StringBuilder text) {
        writeTo(text::append);
    }

    /// Piece by piece; nothing if it is empty.
    public void writeTo(Consumer<CharSequence> out) {
        if (isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder(2 * PIECE);
        text.append('*').append(table.text()).append('\n');
        for (ChainName chain : declarations) {
            text.append(':').append(chain).append(" - [0:0]\n");
            pass(text, out);
        }
        for (Consumer<StringBuilder> rule : rules) {
            rule.accept(text);
            pass(text, out);
        }
        for (ChainName chain : removals) {
            text.append("-X ").append(chain).append('\n');
            pass(text, out);
        }
        out.accept(text.append("COMMIT\n"));
    }

    private static void pass(StringBuilder text, Consumer<CharSequence> out) {
        if (text.length() >= PIECE) {
            out.accept(text);
            text.setLength(0);
        }
    }
}
