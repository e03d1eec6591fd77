package dev.swivel.ipvs.commit;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpFamily;
import dev.swivel.ipvs.render.Delta;
import dev.swivel.ipvs.render.Pool;
import dev.swivel.linux.ipvs.Destination;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.IpvsChange;
import dev.swivel.linux.ipvs.RealServerState;
import dev.swivel.linux.ipvs.VirtualServer;
import dev.swivel.linux.ipvs.VirtualServerState;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Works out what brings the virtual servers of one IP family to what they should be.
final class ServerSync {
    private final IpFamily family;
    private final Draining draining;

    ServerSync(IpFamily family, Draining draining) {
        this.family = family;
        this.draining = draining;
    }

    /// From what the kernel holds because of us.
    ServerPlan plan(List<Delta.PoolChange> changes) {
        ServerPlan plan = new ServerPlan();
        for (Delta.PoolChange change : changes) {
            if (change.after().isEmpty()) {
                Frontend frontend =
                        ServerForm.frontend(change.before().orElseThrow().key(), family);
                plan.removed.add(new IpvsChange.DeleteServer(frontend));
                draining.forget(frontend);
            } else if (change.before().isEmpty()) {
                add(change.after().orElseThrow(), plan);
            } else {
                change(change.before().orElseThrow(), change.after().orElseThrow(), plan);
            }
        }
        return plan;
    }

    private void add(Pool pool, ServerPlan plan) {
        VirtualServer server = ServerForm.server(pool, family);
        plan.added.add(new IpvsChange.AddServer(server));
        for (Endpoint endpoint : pool.endpoints()) {
            plan.added.add(new IpvsChange.AddReal(server.frontend(), ServerForm.real(endpoint)));
        }
    }

    private void change(Pool before, Pool after, ServerPlan plan) {
        VirtualServer server = ServerForm.server(after, family);
        Frontend frontend = server.frontend();
        if (!server.equals(ServerForm.server(before, family))) {
            plan.added.add(new IpvsChange.SetServer(server));
        }
        Set<Destination> was = destinations(before);
        Set<Destination> is = destinations(after);
        for (Endpoint endpoint : after.endpoints()) {
            Destination destination = ServerForm.destination(endpoint);
            if (!was.contains(destination)) {
                plan.added.add(
                        draining.remove(frontend, destination)
                                ? new IpvsChange.SetReal(frontend, ServerForm.real(endpoint))
                                : new IpvsChange.AddReal(frontend, ServerForm.real(endpoint)));
            }
        }
        for (Endpoint endpoint : before.endpoints()) {
            if (!is.contains(ServerForm.destination(endpoint))) {
                leave(frontend, endpoint, ServerForm.drains(before), plan);
            }
        }
    }

    private void leave(Frontend frontend, Endpoint endpoint, boolean drains, ServerPlan plan) {
        Destination destination = ServerForm.destination(endpoint);
        if (drains) {
            plan.removed.add(
                    new IpvsChange.SetReal(frontend, ServerForm.real(endpoint).withWeight(0)));
            draining.add(frontend, destination);
        } else {
            plan.removed.add(new IpvsChange.DeleteReal(frontend, destination));
        }
    }

    private static Set<Destination> destinations(Pool pool) {
        Set<Destination> all = new HashSet<>();
        pool.endpoints().forEach(endpoint -> all.add(ServerForm.destination(endpoint)));
        return all;
    }

    /// From whatever the kernel holds. What drains is found by its weight of 0.
    ///
    /// @param present all of this family
    /// @param ours whether one that is not wanted is to be removed
    ServerPlan plan(
            Collection<Pool> wanted, List<VirtualServerState> present, Predicate<Frontend> ours) {
        ServerPlan plan = new ServerPlan();
        draining.clear();
        Map<Frontend, VirtualServerState> left = new HashMap<>();
        present.forEach(state -> left.put(state.server().frontend(), state));
        for (Pool pool : wanted) {
            VirtualServer server = ServerForm.server(pool, family);
            VirtualServerState state = left.remove(server.frontend());
            if (state == null) {
                add(pool, plan);
            } else {
                if (!state.server().equals(server)) {
                    plan.added.add(new IpvsChange.SetServer(server));
                }
                compareReal(pool, server.frontend(), state.realServers(), plan);
            }
        }
        left.keySet().stream()
                .filter(ours)
                .forEach(frontend -> plan.removed.add(new IpvsChange.DeleteServer(frontend)));
        return plan;
    }

    private void compareReal(
            Pool pool, Frontend frontend, List<RealServerState> present, ServerPlan plan) {
        Map<Destination, RealServerState> left = new HashMap<>();
        present.forEach(state -> left.put(state.server().destination(), state));
        for (Endpoint endpoint : pool.endpoints()) {
            RealServerState state = left.remove(ServerForm.destination(endpoint));
            if (state == null) {
                plan.added.add(new IpvsChange.AddReal(frontend, ServerForm.real(endpoint)));
            } else if (!state.server().equals(ServerForm.real(endpoint))) {
                plan.added.add(new IpvsChange.SetReal(frontend, ServerForm.real(endpoint)));
            }
        }
        for (RealServerState state : left.values()) {
            Destination destination = state.server().destination();
            if (!ServerForm.drains(pool)) {
                plan.removed.add(new IpvsChange.DeleteReal(frontend, destination));
            } else {
                if (state.server().weight() != 0) {
                    plan.removed.add(
                            new IpvsChange.SetReal(frontend, state.server().withWeight(0)));
                }
                draining.add(frontend, destination);
            }
        }
    }
}
