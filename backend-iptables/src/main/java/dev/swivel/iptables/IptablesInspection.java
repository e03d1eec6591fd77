package dev.swivel.iptables;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.Inspection;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.backend.Requirement;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.iptables.commit.Blueprints;
import dev.swivel.iptables.commit.Cleanup;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.iptables.FlavourDetector;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.SetStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Mode `iptables`, looked at from outside.
final class IptablesInspection implements Inspection {
    /// For a machine that is not looked at: its iptables is of this decade.
    @Override
    public Rendering render(BackendContext context, ProxyState state) throws BackendException {
        boolean dropInvalid = !context.config().conntrack().tcpBeLiberal();
        var layout =
                IptablesBackend.layout(state.family(), context.config(), true, dropInvalid)
                        .with(state.node());
        try {
            return Blueprints.of(layout, state).rendering();
        } catch (IOException e) {
            throw Failures.explain("rendering", e);
        }
    }

    @Override
    public List<Difference> plan(BackendContext context, ProxyState state) throws BackendException {
        try (SetStore sets = SetStore.open()) {
            var detected = FlavourDetector.detect();
            Iptables iptables = Iptables.open(Families.linux(state.family()), detected.flavour());
            var layout =
                    IptablesBackend.layout(
                                    state.family(),
                                    context.config(),
                                    iptables.supportsRandomFully(),
                                    !context.config().conntrack().tcpBeLiberal()
                                            && !IptablesBackend.tcpIsLiberal())
                            .with(state.node());
            return Blueprints.of(layout, state).differences(iptables, sets);
        } catch (IOException e) {
            throw Failures.explain("reading what the kernel holds", e);
        }
    }

    @Override
    public List<Requirement> check() {
        return List.of();
    }

    @Override
    public List<KernelObject> leftovers() throws BackendException {
        try {
            List<KernelObject> found = new ArrayList<>();
            for (IpFamily family : IpFamily.values()) {
                found.addAll(Cleanup.leftoverRules(family, Cleanup.Extent.ALL));
            }
            if (IpSets.probe().isEmpty()) {
                found.addAll(Cleanup.leftoverSets());
            }
            return found;
        } catch (IOException e) {
            throw Failures.explain("looking for iptables rules", e);
        }
    }
}
