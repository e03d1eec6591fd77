package dev.swivel.iptables.commit;

import dev.swivel.iptables.render.Jumps;
import dev.swivel.iptables.render.Names;
import dev.swivel.iptables.render.Ruleset;
import dev.swivel.iptables.rule.Chain;
import dev.swivel.iptables.rule.ChainName;
import dev.swivel.iptables.rule.Rule;
import dev.swivel.iptables.rule.RuleText;
import dev.swivel.iptables.rule.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Finds out how a table differs from what it should be. Other software's chains and rules are not
/// looked at, and comments do not count.
final class Comparison {
    private final Ruleset wanted;
    private final Table table;
    private final TableDump dump;
    private final List<Finding> findings = new ArrayList<>();

    private Comparison(Ruleset wanted, Table table, TableDump dump) {
        this.wanted = wanted;
        this.table = table;
        this.dump = dump;
    }

    static List<Finding> of(Ruleset wanted, Table table, TableDump dump) {
        Comparison comparison = new Comparison(wanted, table, dump);
        comparison.compareChains();
        comparison.findStale();
        comparison.compareJumps();
        return comparison.findings;
    }

    private void compareChains() {
        Set<ChainName> builtIn =
                wanted.jumps().stream().map(Jumps.Jump::from).collect(Collectors.toSet());
        // iptables-nft takes half as long again for chains that are declared in no order
        for (Chain chain : new TreeMap<>(wanted.chains(table)).values()) {
            if (chain.name().equals(Names.FIREWALL)) {
                compareShared(chain);
            } else if (!builtIn.contains(chain.name())) {
                compareOwn(chain);
            }
        }
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
        List<String> saved = bareRules(chain.name());
        for (Rule rule : chain.rules()) {
            if (!saved.contains(RuleText.bare(chain.name(), rule))) {
                findings.add(
                        new Finding.SharedRuleMissing(
                                table, chain.name(), rule, !dump.has(chain.name())));
            }
        }
    }

    private void findStale() {
        if (table != Table.NAT) {
            return;
        }
        Set<ChainName> known = wanted.chains(table).keySet();
        for (ChainName chain : dynamic(dump)) {
            if (!known.contains(chain)) {
                findings.add(new Finding.ChainStale(table, chain));
            }
        }
    }

    /// The chains of a dump that come and go with services, sorted.
    static Set<ChainName> dynamic(TableDump dump) {
        Set<ChainName> names = new TreeSet<>();
        for (String name : dump.names()) {
            if (name.startsWith("KUBE-")
                    && name.length() <= 28
                    && Names.isDynamic(new ChainName(name))) {
                names.add(new ChainName(name));
            }
        }
        return names;
    }

    private void compareJumps() {
        for (Jumps.Jump jump : wanted.jumps()) {
            if (jump.table() != table) {
                continue;
            }
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

    private List<String> bareRules(ChainName chain) {
        return dump.rules(chain.text()).stream().map(TableDump::bare).toList();
    }
}
