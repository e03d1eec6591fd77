package dev.swivel.ipvs.commit;

import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.ProxyState;
import dev.swivel.ipvs.render.Delta;
import dev.swivel.ipvs.render.Layout;
import dev.swivel.ipvs.render.Names;
import dev.swivel.ipvs.render.Pool;
import dev.swivel.ipvs.render.Programmed;
import dev.swivel.ipvs.render.Schedulers;
import dev.swivel.ipvs.render.StaticRules;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.ipvs.VirtualServerState;
import dev.swivel.linux.link.Link;
import dev.swivel.netfilter.commit.Blueprint;
import dev.swivel.netfilter.commit.Families;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What one IP family should have in the kernel for a state: printed, or held against what the
/// kernel has.
public final class NodeBlueprint {
    private static final String LINK = "link";

    private final Layout layout;
    private final Delta all;
    private final Blueprint rules;

    /// @param layout with the node's view
    public NodeBlueprint(Layout layout, Schedulers schedulers, ProxyState state) {
        this.layout = layout;
        this.all =
                new Programmed(layout, schedulers)
                        .update(
                                state.services().values().stream()
                                        .map(service ->
                                                new Programmed.Step(
                                                        Optional.empty(), Optional.of(service)))
                                        .toList());
        this.rules =
                new Blueprint(
                        layout.family(),
                        SetForm.layout(layout.family()),
                        SetForm.adding(all.added(), layout.family()),
                        List.of(),
                        new StaticRules(layout).tables());
    }

    private List<Pool> pools() {
        return all.pools().stream().flatMap(pool -> pool.after().stream()).toList();
    }

    private ServerSync servers() {
        return new ServerSync(layout.family(), new Draining(System::nanoTime));
    }

    /// What an empty kernel would be given.
    public Rendering rendering() throws IOException {
        Rendering rendered = rules.rendering();
        List<Difference> servers =
                IpvsText.differences(servers().plan(pools(), List.of(), _ -> false));
        List<String> addresses = all.bound().stream().sorted().map(IpAddress::toString).toList();
        List<KernelObject> objects = new ArrayList<>(rendered.objects());
        objects.add(new KernelObject(LINK, Names.INTERFACE, addresses));
        StringBuilder script = new StringBuilder(rendered.script());
        script.append("# ip -batch -\n");
        addresses.forEach(ip ->
                script.append("address add ")
                        .append(ip)
                        .append('/')
                        .append(layout.family().bits())
                        .append(" dev ")
                        .append(Names.INTERFACE)
                        .append('\n'));
        script.append("# ipvsadm -R\n");
        for (Difference server : servers) {
            objects.add(new KernelObject(server.where(), server.name(), server.added()));
            server.added().forEach(line -> script.append(line).append('\n'));
        }
        return new Rendering(objects, script.toString());
    }

    /// What a full sync would do to the kernel as it is.
    ///
    /// @param excluded ranges in which others may have virtual servers
    public List<Difference> differences(Kernel kernel, Iptables iptables, List<Cidr> excluded)
            throws IOException {
        ServiceAddresses addresses = new ServiceAddresses(kernel.links());
        Optional<Link> link = addresses.find();
        Set<IpAddress> present =
                link.isPresent() ? addresses.present(link.get(), layout.family()) : Set.of();
        List<VirtualServerState> held = new ArrayList<>();
        for (VirtualServerState state : kernel.ipvs().serversWithReal()) {
            if (state.server().frontend().family() == Families.linux(layout.family())) {
                held.add(state);
            }
        }
        var ours =
                Ownership.read(
                        kernel.sets(), layout.family(), present, layout.hostAddresses(), excluded);
        return Stream.of(
                        rules.differences(iptables, kernel.sets()),
                        IpvsText.differences(servers().plan(pools(), held, ours)),
                        addresses(link.isPresent(), present))
                .flatMap(List::stream)
                .toList();
    }

    private List<Difference> addresses(boolean hasLink, Set<IpAddress> present) {
        List<String> come = without(all.bound(), present);
        List<String> go = without(present, all.bound());
        if (!hasLink) {
            return List.of(Difference.add(LINK, Names.INTERFACE, come));
        }
        return come.isEmpty() && go.isEmpty()
                ? List.of()
                : List.of(
                        new Difference(Difference.Action.CHANGE, LINK, Names.INTERFACE, go, come));
    }

    private static List<String> without(Set<IpAddress> some, Set<IpAddress> others) {
        Set<IpAddress> rest = new HashSet<>(some);
        rest.removeAll(others);
        return rest.stream().sorted().map(IpAddress::toString).toList();
    }
}
