package dev.swivel.netfilter.commit;

import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetSpec;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.netfilter.rule.WantedTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The sets and rules that one IP family should have in the kernel: printed, or held against what
/// the kernel has.
///
/// @param elements of the fixed sets
/// @param passing the sets that services need now
public record Blueprint(
        IpFamily family,
        SetLayout layout,
        Collection<SetChange.Add> elements,
        Collection<SetSpec> passing,
        List<WantedTable> tables) {
    private static final TableDump NOTHING = TableDump.parse("");

    /// What an empty kernel would be given.
    public Rendering rendering() throws IOException {
        String program = family == IpFamily.IPV4 ? "iptables" : "ip6tables";
        List<Difference> all = new ArrayList<>(sets(SetStore.empty()));
        StringBuilder script = new StringBuilder("# ipset restore\n");
        all.forEach(set -> set.added().forEach(line -> script.append(line).append('\n')));
        script.append("# ").append(program).append("-restore --noflush\n");
        for (WantedTable table : tables) {
            all.addAll(differences(program, table, NOTHING));
            TableScript text = new TableScript(table.table());
            Comparison.of(table, NOTHING).forEach(finding -> finding.mend(text));
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
        List<Difference> all = new ArrayList<>(sets(store));
        for (WantedTable table : tables) {
            TableDump dump = TableDump.read(iptables, table.table());
            all.addAll(differences(iptables.name(), table, dump));
        }
        return all;
    }

    private static List<Difference> differences(String program, WantedTable table, TableDump dump) {
        return TableDifferences.of(program + " " + table.table().text(), table, dump);
    }

    private List<Difference> sets(SetStore store) throws IOException {
        return SetDifferences.of(new SetSync(store, layout).plan(elements, passing));
    }
}
