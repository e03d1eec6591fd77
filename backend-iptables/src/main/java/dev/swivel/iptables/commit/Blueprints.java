package dev.swivel.iptables.commit;

import dev.swivel.core.model.ProxyState;
import dev.swivel.iptables.render.Layout;
import dev.swivel.iptables.render.Ruleset;
import dev.swivel.netfilter.commit.Blueprint;

/// What a state is in sets and rules.
public final class Blueprints {
    private Blueprints() {}

    /// @param layout with the node's view
    public static Blueprint of(Layout layout, ProxyState state) {
        Ruleset wanted = Ruleset.of(layout, state);
        return new Blueprint(
                layout.family(),
                SetForm.layout(layout.family()),
                SetForm.adding(wanted.elements(), layout.family()),
                SetForm.affinity(wanted.affinity(), layout.family()),
                FamilyProxy.TABLES.stream().map(wanted::table).toList());
    }
}
