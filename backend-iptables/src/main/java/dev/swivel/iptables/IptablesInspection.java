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
import dev.swivel.iptables.commit.Unused;
import dev.swivel.iptables.render.Names;
import dev.swivel.linux.accounting.PacketCounters;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.ipset.SetType;
import dev.swivel.linux.iptables.FlavourDetector;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.process.Capability;
import dev.swivel.netfilter.check.MachineCheck;
import dev.swivel.netfilter.check.RuleFeature;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.InvalidPackets;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Mode `iptables`, looked at from outside.
final class IptablesInspection implements Inspection {
    private static final Set<RuleFeature> FEATURES =
            EnumSet.complementOf(EnumSet.of(RuleFeature.NETMAP, RuleFeature.OF_IPVS));
    private static final List<SetType> SET_TYPES =
            List.of(
                    SetType.HASH_IP,
                    SetType.HASH_IP_PORT,
                    SetType.HASH_IP_PORT_IP,
                    SetType.HASH_IP_PORT_NET,
                    SetType.HASH_NET_PORT);

    /// For a machine that is not looked at: its iptables is of this decade.
    @Override
    public Rendering render(BackendContext context, ProxyState state) throws BackendException {
        boolean dropInvalid = !context.config().conntrack().tcpBeLiberal();
        var layout =
                IptablesBackend.layout(state.family(), context.config(), true, dropInvalid, false)
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
                                            && InvalidPackets.areDropped(),
                                    isCounting(iptables))
                            .with(state.node());
            return Blueprints.of(layout, state).differences(iptables, sets);
        } catch (IOException e) {
            throw Failures.explain("reading what the kernel holds", e);
        }
    }

    /// As the rules that are there do: the daemon may have found that they cannot.
    private static boolean isCounting(Iptables iptables) throws IOException {
        TableDump filter = TableDump.read(iptables, Table.FILTER);
        return filter.has(Names.FORWARD)
                ? filter.rules(Names.FORWARD.text()).stream()
                        .anyMatch(rule -> rule.contains(" --nfacct-name "))
                : PacketCounters.isSupported();
    }

    @Override
    public List<Requirement> check(Set<IpFamily> families) {
        MachineCheck machine = new MachineCheck(families);
        machine.capability(Capability.NET_ADMIN, "rules and sets");
        machine.capability(Capability.NET_RAW, "the iptables programs");
        machine.tables(FEATURES, SET_TYPES);
        machine.sysctl(IptablesBackend.ROUTE_LOCALNET, "node ports on 127.0.0.1");
        machine.sysctl("net.netfilter.nf_conntrack_max", "the configured number of connections");
        machine.add(
                PacketCounters.isSupported()
                        ? Requirement.ok("packet counters", "work")
                        : Requirement.limited(
                                "packet counters",
                                "not there; two metrics will be missing",
                                "modprobe nfnetlink_acct xt_nfacct, or a kernel with them"));
        return machine.found();
    }

    @Override
    public List<KernelObject> leftovers() throws BackendException {
        try {
            List<KernelObject> found = new ArrayList<>();
            for (IpFamily family : IpFamily.values()) {
                found.addAll(Cleanup.leftoverRules(family, Cleanup.Extent.ALL));
            }
            if (IpSets.isPresent()) {
                found.addAll(Cleanup.leftoverSets());
            }
            found.addAll(Cleanup.leftoverCounters());
            return found;
        } catch (IOException e) {
            throw Failures.explain("looking for iptables rules", e);
        }
    }

    @Override
    public List<KernelObject> unused() throws BackendException {
        try {
            return Unused.list();
        } catch (IOException e) {
            throw Failures.explain("looking for what no rule uses", e);
        }
    }
}
