package dev.swivel.ipvs.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.iptables.TableFingerprint;
import dev.swivel.netfilter.commit.CommitMeters;
import dev.swivel.netfilter.commit.Comparison;
import dev.swivel.netfilter.commit.Finding;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.commit.TableScript;
import dev.swivel.netfilter.commit.TableWatch;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.WantedTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The rules of one IP family, which only a change of the node changes.
final class Rules {
    private final IpFamily family;
    private final Iptables iptables;
    private final TableWatch watch;
    private final CommitMeters meters;

    Rules(IpFamily family, Iptables iptables, TableWatch watch, CommitMeters meters) {
        this.family = family;
        this.iptables = iptables;
        this.watch = watch;
        this.meters = meters;
    }

    /// Writes what differs.
    ///
    /// @return how many lines that took
    int write(List<WantedTable> wanted) throws IOException {
        watch.trust(family, fingerprints());
        List<TableScript> scripts = new ArrayList<>();
        for (WantedTable table : wanted) {
            TableScript script = new TableScript(table.table());
            compare(table).forEach(finding -> finding.mend(script));
            scripts.add(script);
        }
        watch.look(family, fingerprints()); // somebody may have written since we read
        StringBuilder text = new StringBuilder();
        scripts.forEach(script -> script.appendTo(text));
        if (!text.isEmpty()) {
            restore(text);
        }
        scripts.forEach(script -> meters.written(script.table(), script.lines()));
        watch.committed(
                family,
                fingerprints(),
                (int) scripts.stream().filter(script -> !script.isEmpty()).count());
        return scripts.stream().mapToInt(TableScript::lines).sum();
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
    boolean areSuspicious() throws IOException {
        watch.look(family, fingerprints());
        return watch.isSuspicious(family);
    }

    /// Reads the tables back.
    List<String> differences(List<WantedTable> wanted) throws IOException {
        watch.trust(family, fingerprints());
        List<String> findings = new ArrayList<>();
        for (WantedTable table : wanted) {
            compare(table).forEach(finding -> findings.add(finding.text()));
        }
        return findings;
    }

    private List<Finding> compare(WantedTable wanted) throws IOException {
        return Comparison.of(wanted, TableDump.parse(iptables.save(wanted.table().text())));
    }

    private Map<Table, TableFingerprint> fingerprints() throws IOException {
        Map<Table, TableFingerprint> now = new EnumMap<>(Table.class);
        for (Table table : Table.values()) {
            now.put(table, iptables.fingerprint(table.text()));
        }
        return now;
    }
}
