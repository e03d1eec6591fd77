package dev.swivel.netfilter.commit;

import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Jump;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.Table;

/// One way in which a table is not as it should be.
public sealed interface Finding {
    record ChainMissing(Table table, Chain wanted) implements Finding {}

    record ChainDiffers(Table table, Chain wanted) implements Finding {}

    /// A chain with a name of ours that no service has.
    record ChainStale(Table table, ChainName chain) implements Finding {}

    record JumpMissing(Jump jump) implements Finding {}

    /// A rule of a built-in chain that leads to a stale chain.
    ///
    /// @param saved as `iptables-save` prints it
    record JumpStale(Table table, String saved) implements Finding {}

    /// @param saved the second of two equal rules
    record JumpTwice(Table table, String saved) implements Finding {}

    /// A rule that a chain shared with other software should have.
    ///
    /// @param chainMissing whether even the chain is not there
    record SharedRuleMissing(Table table, ChainName chain, Rule rule, boolean chainMissing)
            implements Finding {}

    /// For an operator.
    default String text() {
        return switch (this) {
            case ChainMissing(var table, var wanted) ->
                    "chain " + wanted.name() + " of table " + table.text() + " is gone";
            case ChainDiffers(var table, var wanted) ->
                    "chain " + wanted.name() + " of table " + table.text() + " was changed";
            case ChainStale(var table, var chain) ->
                    "chain " + chain + " of table " + table.text() + " serves nothing";
            case JumpMissing(var jump) ->
                    "the jump from "
                            + jump.from()
                            + " to "
                            + jump.rule().jumpsTo().orElseThrow()
                            + " in table "
                            + jump.table().text()
                            + " is gone";
            case JumpStale(var table, var saved) ->
                    "table " + table.text() + " leads to a chain that serves nothing: " + saved;
            case JumpTwice(var table, var saved) ->
                    "table " + table.text() + " has twice the rule " + saved;
            case SharedRuleMissing(var table, var chain, var _, var _) ->
                    "chain " + chain + " of table " + table.text() + " lost our rule";
        };
    }

    /// Adds what mends it to a script for its table.
    default void mend(TableScript script) {
        switch (this) {
            case ChainMissing(var _, var wanted) -> script.write(wanted);
            case ChainDiffers(var _, var wanted) -> script.write(wanted);
            case ChainStale(var _, var chain) -> script.remove(chain);
            case JumpMissing(var jump) -> script.insert(jump);
            case JumpStale(var _, var saved) -> script.delete(saved);
            case JumpTwice(var _, var saved) -> script.delete(saved);
            case SharedRuleMissing(var _, var chain, var rule, var chainMissing) -> {
                if (chainMissing) {
                    script.declare(chain);
                }
                script.append(chain, rule);
            }
        }
    }
}
