package dev.swivel.userspace.commit;

import dev.swivel.core.backend.Difference;
import dev.swivel.core.backend.KernelObject;
import dev.swivel.core.backend.Rendering;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.route.LocalRoutes;
import dev.swivel.netfilter.commit.Blueprint;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.userspace.render.Element;
import dev.swivel.userspace.render.InnerRange;
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

    private final IpFamily family;
    private final Blueprint blueprint;

    /// @param layout with the node's view
    public NodeBlueprint(Layout layout, ProxyState state) {
        Set<Element> elements = new LinkedHashSet<>();
        for (ResolvedService service : state.services().values()) {
            elements.addAll(ServiceElements.of(layout, service));
        }
        this.family = layout.family();
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
        objects.add(route(family));
        objects.addAll(rest.objects());
        String batch = "# ip -batch -\nroute add " + line(family) + "\n";
        return new Rendering(objects, batch + rest.script());
    }

    /// What a full sync would do to the kernel as it is.
    public List<Difference> differences(Iptables iptables, SetStore sets, LocalRoutes routes)
            throws IOException {
        List<Difference> all = new ArrayList<>();
        if (!routes.has(Place.range(family))) {
            KernelObject route = route(family);
            all.add(Difference.add(route.where(), route.name(), route.content()));
        }
        all.addAll(blueprint.differences(iptables, sets));
        return all;
    }

    /// The route that makes the relay's addresses local.
    static KernelObject route(IpFamily family) {
        return new KernelObject(ROUTE, InnerRange.of(family).toString(), List.of(line(family)));
    }

    private static String line(IpFamily family) {
        return "local " + InnerRange.of(family) + " dev lo";
    }
}
