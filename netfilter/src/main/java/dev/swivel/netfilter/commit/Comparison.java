package dev.swivel.netfilter.commit;

import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Jump;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.RuleText;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.WantedTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Finds out how a table differs from what it should be. Other software's chains and rules are not
/// looked at, and comments do not count.
public final class Comparison {
    private static final List<String> BUILT_IN =
            List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

    private final WantedTable wanted;
    private final Table table;
    private final TableDump dump;
    private final List<Finding> findings = new ArrayList<>();

    private Comparison(WantedTable wanted, TableDump dump) {
        this.wanted = wanted;
        this.table = wanted.table();
        this.dump = dump;
    }

    public static List<Finding> of(WantedTable wanted, TableDump dump) {
        Comparison comparison = new Comparison(wanted, dump);
        comparison.compareChains();
        comparison.findStale();
        comparison.compareJumps();
        return comparison.findings;
    }

    private void compareChains() {
        // iptables-nft takes half as long again for chains that are declared in no order
        wanted.chains().stream()
                .sorted(Comparator.comparing(Chain::name))
                .forEach(chain -> {
                    if (wanted.shared().contains(chain.name())) {
                        compareShared(chain);
                    } else {
                        compareOwn(chain);
                    }
                });
    }

    private void compareOwn(Chain chain) {
        if (!dump.has(chain.name())) {
            findings.add(new Finding.ChainMissing(table, chain));
        } else if (differs(chain)) {
            findings.add(new Finding.ChainDiffers(table, chain));
        }
    }

    private boolean differs(Chain chain) {
        List<String> saved = dump.rules(chain.name().text());
        if (saved.size() != chain.rules().size()) {
            return true;
        }
        for (int i = 0; i < saved.size(); i++) {
            String want = RuleText.bare(chain.name(), chain.rules().get(i));
            if (!want.equals(TableDump.bare(saved.get(i)))) {
                return true;
            }
        }
        return false;
    }

    private void compareShared(Chain chain) {
        List<String> saved = dump.rules(chain.name().text()).stream().map(TableDump::bare).toList();
        for (Rule rule : chain.rules()) {
            if (!saved.contains(RuleText.bare(chain.name(), rule))) {
                findings.add(
                        new Finding.SharedRuleMissing(
                                table, chain.name(), rule, !dump.has(chain.name())));
            }
        }
    }

    private void findStale() {
        Set<ChainName> known =
                wanted.chains().stream().map(Chain::name).collect(Collectors.toSet());
        Set<ChainName> stale = chains(dump, wanted.stale().and(name -> !known.contains(name)));
        if (stale.isEmpty()) {
            return;
        }
        for (String from : BUILT_IN) {
            for (String rule : dump.rules(from)) {
                int jump = rule.lastIndexOf(" -j ");
                if (jump >= 0 && stale.stream().anyMatch(c -> rule.endsWith(" -j " + c))) {
                    findings.add(new Finding.JumpStale(table, rule));
                }
            }
        }
        stale.forEach(chain -> findings.add(new Finding.ChainStale(table, chain)));
    }

    /// The chains of a dump of a certain kind, sorted; names that no chain of ours could have are
    /// not looked at.
    public static Set<ChainName> chains(TableDump dump, Predicate<ChainName> kind) {
        Set<ChainName> names = new TreeSet<>();
        for (String name : dump.names()) {
            if (name.startsWith("KUBE-") && name.length() <= 28) {
                ChainName chain = new ChainName(name);
                if (kind.test(chain)) {
                    names.add(chain);
                }
            }
        }
        return names;
    }

    private void compareJumps() {
        for (Jump jump : wanted.jumps()) {
            String want = RuleText.bare(jump.from(), jump.rule());
            List<String> found =
                    dump.rules(jump.from().text()).stream()
                            .filter(rule -> TableDump.bare(rule).equals(want))
                            .toList();
            if (found.isEmpty()) {
                findings.add(new Finding.JumpMissing(jump));
            }
            found.stream()
                    .skip(1)
                    .forEach(rule -> findings.add(new Finding.JumpTwice(table, rule)));
        }
    }
}
