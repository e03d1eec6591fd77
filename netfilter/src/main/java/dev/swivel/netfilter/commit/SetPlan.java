package dev.swivel.netfilter.commit;

import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What to do to the sets: first what rules will need, and, once the rules stand, what they need no
/// longer.
public final class SetPlan {
    /// Whether an attempt that was broken off has left its spare set behind.
    boolean spareLeft;

    final List<SetSpec> created = new ArrayList<>();

    /// Sets to make again in another form, with what they hold.
    final List<SetSpec> reshaped = new ArrayList<>();

    /// Sets that somebody else has left with another type.
    final List<SetSpec> replaced = new ArrayList<>();

    /// Sets that others have filled up: what they should hold takes the place of what they hold.
    final Map<SetSpec, List<SetChange.Add>> refilled = new LinkedHashMap<>();

    final List<SetChange> added = new ArrayList<>();
    final List<SetChange> removed = new ArrayList<>();
    final List<String> destroyed = new ArrayList<>();

    /// What others know that these sets should know, too, before rules look into them.
    public void add(List<SetChange> changes) {
        added.addAll(changes);
    }

    public int writes() {
        return created.size() + reshaped.size() + replaced.size() + refilled.size() + added.size();
    }

    public int removals() {
        return removed.size() + destroyed.size();
    }
}
