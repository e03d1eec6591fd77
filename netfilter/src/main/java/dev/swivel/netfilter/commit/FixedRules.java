package dev.swivel.netfilter.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.iptables.TableLook;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Jump;
import dev.swivel.netfilter.rule.RuleText;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.WantedTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// The rules of one IP family, where only a change of the node changes them: written, compared and
/// watched.
public final class FixedRules implements AutoCloseable {
    private final IpFamily family;
    private final Iptables iptables;
    private final TableLook look;
    private final TableWatch watch;
    private final CommitMeters meters;

    /// @param tables those that have rules of the backend
    /// @param watch shared by all families
    public FixedRules(
            IpFamily family,
            Iptables iptables,
            List<Table> tables,
            TableWatch watch,
            CommitMeters meters) {
        this.family = family;
        this.iptables = iptables;
        this.look = iptables.look(tables.stream().map(Table::text).toList());
        this.watch = watch;
        this.meters = meters;
    }

    /// Writes what differs.
    ///
    /// @return how many lines that took
    public int write(List<WantedTable> wanted) throws IOException {
        watch.trust(family, look.fingerprints());
        List<TableScript> scripts = new ArrayList<>();
        for (WantedTable table : wanted) {
            TableScript script = new TableScript(table.table());
            compare(table).forEach(finding -> finding.mend(script));
            scripts.add(script);
        }
        try (var _ = iptables.exclusive()) {
            watch.look(family, look.fingerprints()); // somebody may have written since we read
            StringBuilder text = new StringBuilder();
            scripts.forEach(script -> script.appendTo(text));
            if (!text.isEmpty()) {
                restore(text);
            }
            watch.committed(
                    family,
                    look.fingerprints(),
                    (int) scripts.stream().filter(script -> !script.isEmpty()).count());
        }
        scripts.forEach(script -> meters.written(script.table(), script.lines()));
        return scripts.stream().mapToInt(TableScript::lines).sum();
    }

    /// Whether a table holds such a chain of a proxy now.
    public boolean hasChain(Table table, Predicate<ChainName> which) throws IOException {
        return !Comparison.chains(TableDump.parse(iptables.save(table.text())), which).isEmpty();
    }

    /// The rules that come before a jump of ours, as saved; if it is not there, all of its chain.
    /// Reads the table.
    public List<String> before(Jump jump) throws IOException {
        String ours = RuleText.bare(jump.from(), jump.rule());
        return TableDump.parse(iptables.save(jump.table().text()))
                .rules(jump.from().text())
                .stream()
                .takeWhile(rule -> !TableDump.bare(rule).equals(ours))
                .toList();
    }

    private void restore(CharSequence script) throws IOException {
        try {
            iptables.restore(script);
        } catch (IOException e) {
            meters.restoreFailed();
            throw e;
        }
    }

    /// Whether somebody else wrote since we last read the tables. Costs a few system calls.
    public boolean areSuspicious() throws IOException {
        watch.look(family, look.fingerprints());
        return watch.isSuspicious(family);
    }

    /// Reads the tables back.
    public List<String> differences(List<WantedTable> wanted) throws IOException {
        watch.examine(family, look.fingerprints());
        List<String> findings = new ArrayList<>();
        for (WantedTable table : wanted) {
            compare(table).forEach(finding -> findings.add(finding.text()));
        }
        if (findings.isEmpty()) {
            watch.acquit(family);
        }
        return findings;
    }

    private List<Finding> compare(WantedTable wanted) throws IOException {
        return Comparison.of(wanted, TableDump.parse(iptables.save(wanted.table().text())));
    }

    @Override
    public void close() {
        look.close();
    }
}
