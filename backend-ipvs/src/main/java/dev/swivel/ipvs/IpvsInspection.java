package dev.swivel.ipvs;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.Inspection;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.backend.Requirement;
import dev.swivel.core.model.ProxyState;
import dev.swivel.ipvs.commit.Cleanup;
import dev.swivel.ipvs.commit.Farewell;
import dev.swivel.ipvs.commit.Kernel;
import dev.swivel.ipvs.commit.NodeBlueprint;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.iptables.FlavourDetector;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.ipvs.Ipvs;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.Families;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Mode `ipvs`, looked at from outside.
final class IpvsInspection implements Inspection {
    private static final int MASQUERADE_BIT = 14; // spec 11.3; a cleanup reads no configuration

    /// For a machine that is not looked at: it has every scheduler.
    @Override
    public Rendering render(BackendContext context, ProxyState state) throws BackendException {
        try {
            var layout =
                    IpvsBackend.layout(state.family(), context.config(), true, true)
                            .with(state.node());
            return new NodeBlueprint(layout, _ -> true, state).rendering();
        } catch (IOException e) {
            throw Failures.explain("rendering", e);
        }
    }

    @Override
    public List<Difference> plan(BackendContext context, ProxyState state) throws BackendException {
        try (Kernel kernel = Kernel.open()) {
            var detected = FlavourDetector.detect();
            Iptables iptables = Iptables.open(Families.linux(state.family()), detected.flavour());
            var layout =
                    IpvsBackend.layout(
                                    state.family(),
                                    context.config(),
                                    iptables.supportsRandomFully(),
                                    kernel.has("mh"))
                            .with(state.node());
            return new NodeBlueprint(layout, kernel, state)
                    .differences(kernel, iptables, context.config().ipvs().excludeCidrs());
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
            if (IpSets.probe().isPresent() || !Cleanup.findsTraces()) {
                return List.of();
            }
            List<KernelObject> found = new ArrayList<>(Cleanup.leftovers());
            if (Ipvs.probe().isEmpty()) {
                try (Kernel kernel = Kernel.open()) {
                    found.addAll(new Farewell(kernel, MASQUERADE_BIT, List.of()).leftovers());
                }
            }
            return found;
        } catch (IOException e) {
            throw Failures.explain("looking for virtual servers", e);
        }
    }
}
