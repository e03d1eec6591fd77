package dev.swivel.iptables.commit;

import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.iptables.render.Layout;
import dev.swivel.iptables.render.Ruleset;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.iptables.TableFingerprint;
import dev.swivel.netfilter.commit.Comparison;
import dev.swivel.netfilter.commit.SetPlan;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.SetSync;
import dev.swivel.netfilter.commit.TableDifferences;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.commit.TableScript;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one IP family should have in the kernel for a state: printed, or held against what the
/// kernel has.
public final class Blueprint {
    private static final TableDump NOTHING = TableDump.parse("");

    private final Layout layout;
    private final Ruleset wanted;

    /// @param layout with the node's view
    public Blueprint(Layout layout, ProxyState state) {
        this.layout = layout;
        this.wanted = Ruleset.of(layout, state);
    }

    /// What an empty kernel would be given.
    public Rendering rendering() throws IOException {
        String program = layout.family() == IpFamily.IPV4 ? "iptables" : "ip6tables";
        List<Difference> sets = setPlan(SetStore.empty()).differences();
        StringBuilder script = new StringBuilder("# ipset restore\n");
        sets.forEach(set -> set.added().forEach(line -> script.append(line).append('\n')));
        script.append("# ").append(program).append("-restore --noflush\n");
        List<Difference> all = new ArrayList<>(sets);
        for (Table table : FamilyProxy.TABLES) {
            all.addAll(
                    TableDifferences.of(
                            program + " " + table.text(), wanted.table(table), NOTHING));
            TableScript text = new TableScript(table);
            Comparison.of(wanted.table(table), NOTHING).forEach(finding -> finding.mend(text));
            text.appendTo(script);
        }
        return new Rendering(objects(all), script.toString());
    }

    /// Several rules of one built-in chain are one object.
    private static List<KernelObject> objects(List<Difference> all) {
        Map<List<String>, List<String>> objects = new LinkedHashMap<>();
        all.forEach(part ->
                objects.computeIfAbsent(List.of(part.where(), part.name()), _ -> new ArrayList<>())
                        .addAll(part.added()));
        return objects.entrySet().stream()
                .map(e -> new KernelObject(e.getKey().get(0), e.getKey().get(1), e.getValue()))
                .toList();
    }

    /// What a full sync would do to the kernel as it is.
    public List<Difference> differences(Iptables iptables, SetStore store) throws IOException {
        List<Difference> all = new ArrayList<>(setPlan(store).differences());
        for (Table table : FamilyProxy.TABLES) {
            all.addAll(
                    TableDifferences.of(
                            iptables.name() + " " + table.text(),
                            wanted.table(table),
                            dump(iptables, table)));
        }
        return all;
    }

    private SetPlan setPlan(SetStore store) throws IOException {
        return new SetSync(store, SetForm.layout(layout.family()))
                .plan(
                        SetForm.bySet(wanted.elements(), layout.family()),
                        SetForm.affinity(wanted.affinity(), layout.family()));
    }

    /// A table as it is. Asking an absent legacy table for its rules would create it.
    static TableDump dump(Iptables iptables, Table table) throws IOException {
        boolean absent = iptables.fingerprint(table.text()) instanceof TableFingerprint.Absent;
        return absent ? NOTHING : TableDump.parse(iptables.save(table.text()));
    }
}
