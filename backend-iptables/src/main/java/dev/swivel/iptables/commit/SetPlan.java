package dev.swivel.iptables.commit;

import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetSpec;
import java.util.ArrayList;
import java.util.List;

/// What to do to the sets: first what rules will need, and, once the rules stand, what they need no
/// longer.
final class SetPlan {
    final List<SetSpec> created = new ArrayList<>();

    /// Sets to make again in another form, with what they hold.
    final List<SetSpec> reshaped = new ArrayList<>();

    final List<SetChange> added = new ArrayList<>();
    final List<SetChange> removed = new ArrayList<>();
    final List<String> destroyed = new ArrayList<>();

    int writes() {
        return created.size() + reshaped.size() + added.size();
    }

    int removals() {
        return removed.size() + destroyed.size();
    }
}
