package dev.swivel.ipvs;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.Inspection;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.backend.Requirement;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.ipvs.commit.Cleanup;
import dev.swivel.ipvs.commit.Farewell;
import dev.swivel.ipvs.commit.Kernel;
import dev.swivel.ipvs.commit.NodeBlueprint;
import dev.swivel.ipvs.commit.Unused;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.ipset.SetType;
import dev.swivel.linux.iptables.FlavourDetector;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.ipvs.Ipvs;
import dev.swivel.linux.ipvs.Scheduler;
import dev.swivel.linux.link.Links;
import dev.swivel.linux.process.Capability;
import dev.swivel.netfilter.check.MachineCheck;
import dev.swivel.netfilter.check.RuleFeature;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.Families;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Mode `ipvs`, looked at from outside.
final class IpvsInspection implements Inspection {
    private static final Set<RuleFeature> FEATURES =
            EnumSet.complementOf(
                    EnumSet.of(
                            RuleFeature.CHANCE,
                            RuleFeature.SET_TARGET,
                            RuleFeature.DNAT,
                            RuleFeature.NETMAP));
    private static final List<SetType> SET_TYPES =
            List.of(
                    SetType.HASH_IP,
                    SetType.HASH_IP_PORT,
                    SetType.HASH_IP_PORT_IP,
                    SetType.HASH_IP_PORT_NET,
                    SetType.BITMAP_PORT);

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
    public List<Requirement> check(Set<IpFamily> families) {
        MachineCheck machine = new MachineCheck(families);
        machine.capability(Capability.NET_ADMIN, "virtual servers, rules and sets");
        machine.capability(Capability.NET_RAW, "the iptables programs");
        machine.inNewNamespace("IPVS", IpvsInspection::virtualServers);
        machine.inNewNamespace("dummy interfaces", IpvsInspection::dummy);
        machine.tables(FEATURES, SET_TYPES);
        for (String name :
                List.of("conntrack", "expire_nodest_conn", "expire_quiescent_template")) {
            machine.sysctl("net.ipv4.vs." + name, "connections of IPVS");
        }
        machine.sysctl("net.ipv4.ip_forward", "packets to pods");
        return machine.found();
    }

    private static List<Requirement> virtualServers() {
        List<Requirement> found = new ArrayList<>();
        try (Ipvs ipvs = Ipvs.open()) {
            found.add(Requirement.ok("IPVS", "works"));
            Optional<String> roundRobin = ipvs.probe(Scheduler.ROUND_ROBIN);
            found.add(
                    roundRobin.isEmpty()
                            ? Requirement.ok("scheduler rr", "works")
                            : Requirement.missing(
                                    "scheduler rr", roundRobin.get(), "modprobe ip_vs_rr"));
            Optional<String> maglev = ipvs.probe(Scheduler.MAGLEV_HASH);
            found.add(
                    maglev.isEmpty()
                            ? Requirement.ok("scheduler mh", "works")
                            : Requirement.limited(
                                    "scheduler mh",
                                    maglev.get() + "; sh takes its place",
                                    "modprobe ip_vs_mh"));
        } catch (IOException e) {
            found.add(
                    Requirement.missing(
                            "IPVS",
                            String.valueOf(e.getMessage()),
                            "modprobe ip_vs, or a kernel with IPVS"));
        }
        return found;
    }

    private static List<Requirement> dummy() {
        try (Links links = Links.open()) {
            var _ = links.createDummy("swivel-check");
            return List.of(Requirement.ok("dummy interfaces", "work"));
        } catch (IOException e) {
            return List.of(
                    Requirement.missing(
                            "dummy interfaces",
                            String.valueOf(e.getMessage()),
                            "modprobe dummy, or a kernel with it"));
        }
    }

    @Override
    public List<KernelObject> leftovers() throws BackendException {
        try {
            if (!IpSets.isPresent() || !Cleanup.findsTraces()) {
                return List.of();
            }
            List<KernelObject> found = new ArrayList<>(Cleanup.leftovers());
            if (Ipvs.probe().isEmpty()) {
                try (Kernel kernel = Kernel.open()) {
                    found.addAll(new Farewell(kernel, List.of()).leftovers());
                }
            }
            return found;
        } catch (IOException e) {
            throw Failures.explain("looking for virtual servers", e);
        }
    }

    @Override
    public List<KernelObject> unused() throws BackendException {
        try {
            return IpSets.isPresent() && Cleanup.findsTraces() ? Unused.list() : List.of();
        } catch (IOException e) {
            throw Failures.explain("looking for what no rule uses", e);
        }
    }
}
