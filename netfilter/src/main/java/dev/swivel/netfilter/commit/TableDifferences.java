package dev.swivel.netfilter.commit;

import dev.swivel.core.backend.Difference;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.RuleText;
import dev.swivel.netfilter.rule.WantedTable;
import java.util.ArrayList;
import java.util.List;

/// How a table differs from what it should be, chain by chain, as an operator reads it.
final class TableDifferences {
    private TableDifferences() {}

    /// @param where as in [Difference]
    static List<Difference> of(String where, WantedTable wanted, TableDump dump) {
        return Comparison.of(wanted, dump).stream()
                .map(finding -> difference(where, finding, dump))
                .toList();
    }

    private static Difference difference(String where, Finding finding, TableDump dump) {
        return switch (finding) {
            case Finding.ChainMissing(var _, var chain) ->
                    Difference.add(where, chain.name().text(), lines(chain));
            case Finding.ChainDiffers(var _, var chain) -> changed(where, chain, dump);
            case Finding.ChainStale(var _, var chain) ->
                    Difference.remove(where, chain.text(), dump.rules(chain.text()));
            case Finding.JumpMissing(var jump) ->
                    Difference.add(
                            where,
                            jump.from().text(),
                            List.of(RuleText.insert(jump.from(), jump.rule())));
            case Finding.JumpTwice(var _, var saved) -> removed(where, saved);
            case Finding.JumpStale(var _, var saved) -> removed(where, saved);
            case Finding.SharedRuleMissing(var _, var chain, var rule, var _) ->
                    Difference.add(where, chain.text(), List.of(RuleText.append(chain, rule)));
        };
    }

    private static Difference removed(String where, String saved) {
        return Difference.remove(where, TableDump.chainOf(saved), List.of(saved));
    }

    /// Lines that differ in nothing but the comment are none. Where only the order differs, all do.
    private static Difference changed(String where, Chain chain, TableDump dump) {
        List<String> gone = new ArrayList<>(dump.rules(chain.name().text()));
        List<String> come = new ArrayList<>();
        for (String line : lines(chain)) {
            String bare = TableDump.bare(line);
            int same = 0;
            while (same < gone.size() && !TableDump.bare(gone.get(same)).equals(bare)) {
                same++;
            }
            if (same < gone.size()) {
                gone.remove(same);
            } else {
                come.add(line);
            }
        }
        String name = chain.name().text();
        return gone.isEmpty() && come.isEmpty()
                ? new Difference(
                        Difference.Action.CHANGE, where, name, dump.rules(name), lines(chain))
                : new Difference(Difference.Action.CHANGE, where, name, gone, come);
    }

    private static List<String> lines(Chain chain) {
        return chain.rules().stream().map(rule -> RuleText.append(chain.name(), rule)).toList();
    }
}
