package dev.swivel.userspace.route;

import dev.swivel.core.model.Disposition;
import dev.swivel.core.model.Disposition.EndpointSet;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.userspace.pool.ServicePool;
import dev.swivel.userspace.pool.ServicePools;
import dev.swivel.userspace.render.ServiceElements;
import dev.swivel.userspace.route.RouteTable.Target;
import dev.swivel.userspace.route.RouteTable.Ways;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The routes and pools of one IP family's services. Used by the sync thread.
///
/// What comes is put before rules lead there; what goes is removed after none does.
public final class ServiceRoutes {
    private final IpFamily family;
    private final RouteTable table;
    private final ServicePools pools;
    private final Map<ServicePortName, Held> ports = new HashMap<>();

    /// What a Service port has here.
    private static final class Held {
        final ServicePool pool;

        /// Its routes, those that it has no longer among them.
        final Map<Target, Ways> routes = new HashMap<>();

        Set<Target> wanted = Set.of();

        Held(ServicePool pool) {
            this.pool = pool;
        }
    }

    public ServiceRoutes(IpFamily family, RouteTable table, ServicePools pools) {
        this.family = family;
        this.table = table;
        this.pools = pools;
    }

    /// Puts a service's routes, and gives its pools their endpoints. Routes that it has no longer
    /// stay for now.
    ///
    /// @return options that are not understood
    public List<Problem> put(ResolvedService service, SourcePolicy policy) {
        List<Problem> problems = new ArrayList<>();
        for (ResolvedPort port : service.ports()) {
            if (!ServiceElements.isServed(port.protocol())) {
                continue;
            }
            Held held =
                    ports.computeIfAbsent(port.name(), name -> new Held(pools.open(name, family)));
            problems.addAll(held.pool.update(port));
            Map<Target, Ways> routes = routes(port, held.pool, policy);
            routes.forEach(table::put);
            held.routes.putAll(routes);
            held.wanted = routes.keySet();
        }
        return problems;
    }

    private Map<Target, Ways> routes(ResolvedPort port, ServicePool pool, SourcePolicy policy) {
        Map<Target, Ways> routes = new HashMap<>();
        for (Frontend frontend : port.frontends()) {
            if (ServiceElements.isRelayed(port, frontend)) {
                routes.put(
                        target(port, frontend),
                        frontend.isExternal()
                                ? external(port, pool, policy)
                                : internal(port, pool, policy));
            }
        }
        return routes;
    }

    private Target target(ResolvedPort port, Frontend frontend) {
        return switch (frontend) {
            case Frontend.ClusterIp(var ip, var number) ->
                    new Target.Address(port.protocol(), ip, number);
            case Frontend.ExternalIp(var ip, var number) ->
                    new Target.Address(port.protocol(), ip, number);
            case Frontend.LoadBalancerVip(var ip, var number) ->
                    new Target.Address(port.protocol(), ip, number);
            case Frontend.NodePort(var number) ->
                    new Target.NodePort(family, port.protocol(), number);
        };
    }

    private static Ways internal(ResolvedPort port, ServicePool pool, SourcePolicy policy) {
        var set = pool.pool(port.internalLocal() ? EndpointSet.LOCAL : EndpointSet.CLUSTER);
        return new Ways(
                new Route(set, policy.internal(Way.LOCAL_POD)),
                new Route(set, policy.internal(Way.NODE)),
                new Route(set, policy.internal(Way.ELSEWHERE)));
    }

    /// Under policy Local, this node and its pods reach every endpoint (spec 2.6).
    private static Ways external(ResolvedPort port, ServicePool pool, SourcePolicy policy) {
        boolean local = port.externalLocal();
        var near = pool.pool(EndpointSet.CLUSTER);
        var far = pool.pool(local ? EndpointSet.LOCAL : EndpointSet.CLUSTER);
        return new Ways(
                new Route(near, policy.external(Way.LOCAL_POD, local)),
                new Route(near, policy.external(Way.NODE, local)),
                port.external() instanceof Disposition.Balance
                        ? new Route(far, policy.external(Way.ELSEWHERE, local))
                        : null);
    }

    /// Takes away what these services had and have no longer.
    ///
    /// @param before as they were
    /// @param after as they are
    public void trim(Collection<ResolvedService> before, Collection<ResolvedService> after) {
        Set<ServicePortName> gone = names(before);
        Set<ServicePortName> kept = names(after);
        gone.removeAll(kept);
        gone.forEach(this::drop);
        kept.forEach(this::trim);
    }

    /// Takes away what none of these services has.
    public void retain(Collection<ResolvedService> all) {
        Set<ServicePortName> kept = names(all);
        ports.keySet().stream().filter(name -> !kept.contains(name)).toList().forEach(this::drop);
        kept.forEach(this::trim);
    }

    private static Set<ServicePortName> names(Collection<ResolvedService> services) {
        Set<ServicePortName> names = new HashSet<>();
        services.forEach(service -> service.ports().forEach(port -> names.add(port.name())));
        return names;
    }

    private void drop(ServicePortName name) {
        Held held = ports.remove(name);
        if (held != null) {
            held.routes.forEach(table::remove);
            held.pool.close();
        }
    }

    private void trim(ServicePortName name) {
        Held held = ports.get(name);
        if (held != null) {
            held.routes.forEach((target, ways) -> {
                if (!held.wanted.contains(target)) {
                    table.remove(target, ways);
                }
            });
            held.routes.keySet().retainAll(held.wanted);
        }
    }
}
