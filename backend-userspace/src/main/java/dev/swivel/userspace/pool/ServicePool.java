package dev.swivel.userspace.pool;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.swivel.core.model.Disposition.EndpointSet;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.userspace.balance.Mix;
import dev.swivel.userspace.balance.Weights;
import dev.swivel.userspace.pool.Pool.Roster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The endpoints of one Service port in one IP family: both sets of them, over members they share.
///
/// Updated by the sync thread, read by the event loops.
public final class ServicePool implements AutoCloseable {
    private final PoolDefaults defaults;
    private final Ticker ticker;
    private final ServiceTraffic traffic;
    private final Pool cluster = new Pool(this);
    private final Pool local = new Pool(this);

    /// The sync thread's own; so are those that left and have connections.
    private Map<Endpoint, Member> members = Map.of();

    private final Map<Endpoint, Member> leaving = new HashMap<>();

    private volatile ServiceOptions options;
    private volatile @Nullable Affinity affinity;

    ServicePool(PoolDefaults defaults, Ticker ticker, ServiceTraffic traffic) {
        this.defaults = defaults;
        this.ticker = ticker;
        this.traffic = traffic;
        this.options = ServiceOptions.read(Map.of(), defaults, new ArrayList<>());
    }

    /// The live pool of that set: the same object for as long as this one lives.
    public Pool pool(EndpointSet set) {
        return switch (set) {
            case CLUSTER -> cluster;
            case LOCAL -> local;
        };
    }

    /// Takes over endpoints, affinity and options. Connections to endpoints that stay are not
    /// touched; those to endpoints that left drain, unless their endpoint comes back in time.
    ///
    /// @return what is not understood of the annotations: the defaults are in force for that
    public List<Problem> update(ResolvedPort port) {
        List<String> complaints = new ArrayList<>();
        ServiceOptions before = options;
        options = ServiceOptions.read(port.options(), defaults, complaints);
        affinity(port.affinitySeconds());
        Map<Endpoint, Member> next = new HashMap<>();
        Stream.of(port.endpoints().cluster(), port.endpoints().local(), port.endpoints().serving())
                .flatMap(List::stream)
                .forEach(endpoint -> next.computeIfAbsent(endpoint, this::member));
        boolean sameChoice =
                options.algorithm() == before.algorithm()
                        && options.weights().equals(before.weights());
        refill(cluster, port.endpoints().cluster(), next, sameChoice);
        refill(local, port.endpoints().local(), next, sameChoice);
        replaceMembers(next);
        ObjectRef service = ObjectRef.service(port.name().service());
        return complaints.stream()
                .map(text -> new Problem(service, "InvalidOption", text))
                .toList();
    }

    /// The Service port is gone: its connections drain.
    @Override
    public void close() {
        cluster.roster(Roster.EMPTY);
        local.roster(Roster.EMPTY);
        replaceMembers(Map.of());
        traffic.close();
    }

    ServiceOptions options() {
        return options;
    }

    @Nullable Affinity affinity() {
        return affinity;
    }

    ServiceTraffic traffic() {
        return traffic;
    }

    private Member member(Endpoint endpoint) {
        Member known = members.get(endpoint);
        if (known != null) {
            return known;
        }
        Member back = leaving.remove(endpoint);
        if (back != null) {
            back.comeBack();
            return back;
        }
        return new Member(endpoint, traffic);
    }

    private void replaceMembers(Map<Endpoint, Member> next) {
        long now = ticker.read();
        Set<Member> stay = next.values().stream().collect(Collectors.toSet());
        Map<Endpoint, Member> before = members;
        members = next;
        for (Member member : before.values()) {
            if (!stay.contains(member)) {
                member.leave(now);
                leaving.put(member.endpoint(), member);
            }
        }
        leaving.values().removeIf(member -> member.connections() == 0);
    }

    private void affinity(int seconds) {
        Affinity known = affinity;
        if (seconds == 0) {
            affinity = null;
        } else if (known == null) {
            affinity = new Affinity(seconds, ticker);
        } else {
            known.seconds(seconds);
        }
    }

    private void refill(
            Pool pool, List<Endpoint> endpoints, Map<Endpoint, Member> by, boolean sameChoice) {
        List<Member> list = endpoints.stream().map(by::get).toList();
        if (sameChoice && list.equals(pool.roster().members())) {
            return;
        }
        ServiceOptions now = options;
        Weights weights = new Weights(endpoints.stream().mapToInt(now::weight).toArray());
        long[] keys = endpoints.stream().mapToLong(ServicePool::key).toArray();
        pool.roster(new Roster(list, now.algorithm().over(weights, keys)));
    }

    private static long key(Endpoint endpoint) {
        return Mix.of(endpoint.address().high())
                + Mix.of(endpoint.address().low() * 65_537 + endpoint.port());
    }
}
