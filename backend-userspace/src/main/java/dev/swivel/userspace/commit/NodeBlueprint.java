package dev.swivel.userspace.commit;

import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.route.LocalRoutes;
import dev.swivel.netfilter.commit.Blueprint;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.userspace.render.Element;
import dev.swivel.userspace.render.Layout;
import dev.swivel.userspace.render.ServiceElements;
import dev.swivel.userspace.render.StaticRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a state is in routes, sets and rules.
public final class NodeBlueprint {
    private static final String ROUTE = "ip route table local";

    private final List<Cidr> ranges;
    private final Blueprint blueprint;

    /// @param layout with the node's view
    public NodeBlueprint(Layout layout, ProxyState state) {
        Set<Element> elements = new LinkedHashSet<>();
        for (ResolvedService service : state.services().values()) {
            elements.addAll(ServiceElements.of(layout, service));
        }
        IpFamily family = layout.family();
        this.ranges = layout.innerRanges();
        this.blueprint =
                new Blueprint(
                        family,
                        SetForm.layout(family),
                        SetForm.adding(elements, family),
                        List.of(),
                        new StaticRules(layout).tables());
    }

    /// What an empty kernel would be given.
    public Rendering rendering() throws IOException {
        Rendering rest = blueprint.rendering();
        List<KernelObject> objects = new ArrayList<>();
        StringBuilder batch = new StringBuilder("# ip -batch -\n");
        for (Cidr range : ranges) {
            objects.add(route(range));
            batch.append("route add ").append(line(range)).append('\n');
        }
        objects.addAll(rest.objects());
        return new Rendering(objects, batch + rest.script());
    }

    /// What a full sync would do to the kernel as it is.
    public List<Difference> differences(Iptables iptables, SetStore sets, LocalRoutes routes)
            throws IOException {
        List<Difference> all = new ArrayList<>();
        for (Cidr range : ranges) {
            if (!routes.has(Place.range(range))) {
                KernelObject route = route(range);
                all.add(Difference.add(route.where(), route.name(), route.content()));
            }
        }
        all.addAll(blueprint.differences(iptables, sets));
        return all;
    }

    /// The route that makes addresses of the relay local.
    static KernelObject route(Cidr range) {
        return new KernelObject(ROUTE, range.toString(), List.of(line(range)));
    }

    private static String line(Cidr range) {
        return "local " + range + " dev lo";
    }
}
