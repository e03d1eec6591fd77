package dev.swivel.userspace;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.Inspection;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.backend.Requirement;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.linux.ipset.SetType;
import dev.swivel.linux.iptables.FlavourDetector;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.process.Capability;
import dev.swivel.linux.route.LocalRoutes;
import dev.swivel.netfilter.check.MachineCheck;
import dev.swivel.netfilter.check.RuleFeature;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.InvalidPackets;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.userspace.commit.Cleanup;
import dev.swivel.userspace.commit.NodeBlueprint;
import dev.swivel.userspace.relay.NativeSockets;
import dev.swivel.userspace.render.InnerRange;
import dev.swivel.userspace.render.Layout;
import dev.swivel.userspace.render.Names;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Mode `userspace`, looked at from outside.
final class UserspaceInspection implements Inspection {
    private static final Set<RuleFeature> FEATURES =
            Set.of(
                    RuleFeature.COMMENTS,
                    RuleFeature.MARKS,
                    RuleFeature.LOCAL_ADDRESSES,
                    RuleFeature.CONNECTION_STATES,
                    RuleFeature.SETS,
                    RuleFeature.REJECT,
                    RuleFeature.DNAT,
                    RuleFeature.NETMAP);
    private static final List<SetType> SET_TYPES =
            List.of(SetType.HASH_IP_PORT, SetType.HASH_IP_PORT_NET, SetType.HASH_NET_PORT);

    @Override
    public Rendering render(BackendContext context, ProxyState state) throws BackendException {
        try {
            boolean dropInvalid = !context.config().conntrack().tcpBeLiberal();
            return new NodeBlueprint(layout(context, state, dropInvalid), state).rendering();
        } catch (IOException e) {
            throw Failures.explain("rendering", e);
        }
    }

    @Override
    public List<Difference> plan(BackendContext context, ProxyState state) throws BackendException {
        try (SetStore sets = SetStore.open();
                LocalRoutes routes = LocalRoutes.open()) {
            var detected = FlavourDetector.detect();
            Iptables iptables = Iptables.open(Families.linux(state.family()), detected.flavour());
            boolean dropInvalid =
                    !context.config().conntrack().tcpBeLiberal() && InvalidPackets.areDropped();
            Layout layout = layout(context, state, dropInvalid);
            return new NodeBlueprint(isMirroring(iptables) ? layout : layout.withoutMirror(), state)
                    .differences(iptables, sets, routes);
        } catch (IOException e) {
            throw Failures.explain("reading what the kernel holds", e);
        }
    }

    /// As the rules that are there do: the daemon may have found that they cannot.
    private static boolean isMirroring(Iptables iptables) throws IOException {
        TableDump nat = TableDump.read(iptables, Table.NAT);
        return !nat.has(Names.MIRROR) || !nat.rules(Names.MIRROR.text()).isEmpty();
    }

    /// With the usual ports: which ones are free shows when the relay listens.
    private static Layout layout(BackendContext context, ProxyState state, boolean dropInvalid) {
        return UserspaceBackend.layout(state.family(), context.config(), dropInvalid)
                .with(state.node(), InnerRange.FIRST_PORT);
    }

    @Override
    public List<Requirement> check(Set<IpFamily> families) {
        MachineCheck machine = new MachineCheck(families);
        machine.capability(Capability.NET_ADMIN, "rules, sets, routes and packet marks");
        machine.capability(Capability.NET_RAW, "the iptables programs");
        machine.tables(FEATURES, SET_TYPES);
        machine.add(nativeSockets());
        machine.sysctl("net.ipv4.ip_forward", "packets to pods");
        return machine.found();
    }

    private static Requirement nativeSockets() {
        try {
            NativeSockets.load();
            return Requirement.ok("native sockets", "work");
        } catch (IOException e) {
            return Requirement.missing(
                    "native sockets",
                    String.valueOf(e.getMessage()),
                    "x86_64 or aarch64 with glibc, and a directory for temporary files that"
                            + " programs may be run from");
        }
    }

    @Override
    public List<KernelObject> leftovers() throws BackendException {
        try {
            return Cleanup.leftovers();
        } catch (IOException e) {
            throw Failures.explain("looking for userspace capture rules", e);
        }
    }

    @Override
    public List<KernelObject> unused() throws BackendException {
        try {
            return Cleanup.isInUse() ? List.of() : Cleanup.leftovers();
        } catch (IOException e) {
            throw Failures.explain("looking for userspace capture rules", e);
        }
    }
}
