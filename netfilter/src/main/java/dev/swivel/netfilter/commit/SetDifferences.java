package dev.swivel.netfilter.commit;

import dev.swivel.core.backend.Difference;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a plan does to each set, one [Difference] per set, with elements in the order of their
/// text.
final class SetDifferences {
    private static final String WHERE = "ipset";

    private final Map<String, Lines> sets = new LinkedHashMap<>();

    private record Lines(Difference.Action action, List<String> removed, List<String> added) {}

    private SetDifferences() {}

    static List<Difference> of(SetPlan plan) {
        SetDifferences all = new SetDifferences();
        all.form(plan.created, Difference.Action.ADD);
        all.form(plan.replaced, Difference.Action.CHANGE);
        all.form(plan.reshaped, Difference.Action.CHANGE);
        all.form(List.copyOf(plan.refilled.keySet()), Difference.Action.CHANGE);
        plan.destroyed.forEach(name -> all.set(name, Difference.Action.REMOVE));
        all.elements(plan.removed);
        all.elements(plan.added);
        return all.sets.entrySet().stream()
                .map(set ->
                        new Difference(
                                set.getValue().action,
                                WHERE,
                                set.getKey(),
                                set.getValue().removed,
                                set.getValue().added))
                .toList();
    }

    private Lines set(String name, Difference.Action action) {
        return sets.computeIfAbsent(
                name, _ -> new Lines(action, new ArrayList<>(), new ArrayList<>()));
    }

    private void form(Collection<SetSpec> specs, Difference.Action action) {
        specs.forEach(spec -> set(spec.name(), action).added.add(SetText.create(spec)));
    }

    private void elements(Collection<SetChange> changes) {
        changes.stream()
                .sorted(Comparator.comparing(SetText::change))
                .forEach(change -> {
                    Lines lines = set(change.set(), Difference.Action.CHANGE);
                    switch (change) {
                        case SetChange.Add add -> lines.added.add(SetText.change(add));
                        case SetChange.Delete(var name, var element, var _) ->
                                lines.removed.add(SetText.change(SetChange.add(name, element)));
                    }
                });
    }
}
