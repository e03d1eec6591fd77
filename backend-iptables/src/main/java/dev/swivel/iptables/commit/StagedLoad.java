package dev.swivel.iptables.commit;

import dev.swivel.iptables.render.Names;
import dev.swivel.netfilter.commit.Finding;
import dev.swivel.netfilter.commit.TableScript;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A large table in several commits. iptables-nft needs a time that grows with the square of the
/// chains it is given: two minutes for 30,000 services at once, seconds in pieces.
///
/// Ahead go chains that lead to no others but earlier ones; what leads to them, and what is
/// removed, comes last and in one commit. So every commit makes before it breaks.
///
/// @param ahead to be committed one by one, before the rest
record StagedLoad(List<TableScript> ahead, TableScript rest) {
    /// Chains in one commit.
    private static final int PIECE = 2000;

    /// Everything in one commit.
    static StagedLoad whole(Table table, List<Finding> findings) {
        TableScript script = new TableScript(table);
        findings.forEach(finding -> finding.mend(script));
        return new StagedLoad(List.of(), script);
    }

    /// In pieces if there is much to write.
    static StagedLoad inPieces(Table table, List<Finding> findings) {
        if (findings.size() <= PIECE) {
            return whole(table, findings);
        }
        List<TableScript> ahead = new ArrayList<>();
        List<Finding> rest = new ArrayList<>(findings);
        take(rest, Names.MARK_MASQ::equals, table, ahead);
        take(rest, chain -> chain.text().startsWith("KUBE-SEP-"), table, ahead);
        take(rest, StagedLoad::isBalancing, table, ahead);
        return new StagedLoad(ahead, whole(table, rest).rest());
    }

    private static boolean isBalancing(ChainName chain) {
        return chain.text().startsWith("KUBE-SVC-") || chain.text().startsWith("KUBE-SVL-");
    }

    private static void take(
            List<Finding> rest, Predicate<ChainName> which, Table table, List<TableScript> ahead) {
        List<Finding> taken = rest.stream().filter(finding -> writes(finding, which)).toList();
        rest.removeIf(finding -> writes(finding, which));
        for (int i = 0; i < taken.size(); i += PIECE) {
            ahead.add(whole(table, taken.subList(i, Math.min(i + PIECE, taken.size()))).rest());
        }
    }

    private static boolean writes(Finding finding, Predicate<ChainName> which) {
        return switch (finding) {
            case Finding.ChainMissing(var _, Chain chain) -> which.test(chain.name());
            case Finding.ChainDiffers(var _, Chain chain) -> which.test(chain.name());
            case Finding.ChainStale _,
                    Finding.JumpMissing _,
                    Finding.JumpTwice _,
                    Finding.JumpStale _,
                    Finding.SharedRuleMissing _ ->
                    false;
        };
    }

    int lines() {
        return ahead.stream().mapToInt(TableScript::lines).sum() + rest.lines();
    }
}
