package dev.swivel.ipvs.render;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.ipvs.render.Delta.PoolChange;
import dev.swivel.ipvs.render.Pool.Refusal;
import dev.swivel.netfilter.commit.Counted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the services of one IP family have in the kernel, and how a change of some of them changes
/// it.
///
/// An update counts as done at once: if it could not be committed, start over with an empty one.
public final class Programmed {
    private final Layout layout;
    private final Schedulers schedulers;
    private final Marks marks;
    private final Map<PoolKey, Pool> addressPools = new HashMap<>();
    private final Map<PoolKey, Pool> nodePortPools = new HashMap<>();
    private final Counted<Element> elements = new Counted<>();
    private final Counted<IpAddress> addresses = new Counted<>();

    public Programmed(Layout layout, Schedulers schedulers) {
        this.layout = layout;
        this.schedulers = schedulers;
        this.marks = new Marks(layout.masqueradeBit());
    }

    public Layout layout() {
        return layout;
    }

    /// One service before and after; absent where it does not exist.
    public record Step(Optional<ResolvedService> before, Optional<ResolvedService> after) {}

    /// The virtual server that such packets get, if any. A Service's address goes before a node
    /// port.
    public Optional<Pool> pool(PoolKey key) {
        return Optional.ofNullable(effective(key));
    }

    /// Every virtual server.
    public Collection<PoolKey> keys() {
        Set<PoolKey> keys = new LinkedHashSet<>(addressPools.keySet());
        keys.addAll(nodePortPools.keySet());
        return keys;
    }

    /// What the services' interface carries.
    public Set<IpAddress> addresses() {
        return addresses.all();
    }

    private @Nullable Pool effective(PoolKey key) {
        Pool first = addressPools.get(key);
        return first == null ? nodePortPools.get(key) : first;
    }

    /// Renders the changed services and finds out what differs.
    public Delta update(Collection<Step> steps) {
        Map<PoolKey, Optional<Pool>> before = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Step step : steps) {
            step.before().ifPresent(service -> remove(service, before));
        }
        for (Step step : steps) {
            step.after().ifPresent(service -> problems.addAll(add(service, before)));
        }
        steps.forEach(this::releaseMarks);
        return delta(before, problems);
    }

    private ServiceParts parts(ResolvedService service) {
        return ServiceParts.of(layout, service, schedulers, marks);
    }

    private void remove(ResolvedService service, Map<PoolKey, Optional<Pool>> before) {
        ServiceParts parts = parts(service);
        for (Pool pool : parts.pools) {
            before.computeIfAbsent(pool.key(), this::pool);
            addressPools.remove(pool.key());
        }
        for (Pool pool : parts.nodePorts) {
            before.computeIfAbsent(pool.key(), this::pool);
            nodePortPools.remove(pool.key());
        }
        elements.remove(parts.elements);
        addresses.remove(parts.addresses);
    }

    private List<Problem> add(ResolvedService service, Map<PoolKey, Optional<Pool>> before) {
        ServiceParts parts = parts(service);
        for (Pool pool : parts.pools) {
            before.computeIfAbsent(pool.key(), this::pool);
            addressPools.put(pool.key(), pool);
        }
        for (Pool pool : parts.nodePorts) {
            before.computeIfAbsent(pool.key(), this::pool);
            nodePortPools.put(pool.key(), pool);
        }
        elements.add(parts.elements);
        addresses.add(parts.addresses);
        return parts.problems;
    }

    private void releaseMarks(Step step) {
        Set<Object> kept = new LinkedHashSet<>();
        step.after().stream()
                .flatMap(service -> service.ports().stream())
                .filter(PortParts::needsMark)
                .forEach(port -> kept.add(port.name()));
        step.before().stream()
                .flatMap(service -> service.ports().stream())
                .map(ResolvedPort::name)
                .filter(name -> !kept.contains(name))
                .forEach(marks::release);
    }

    private Delta delta(Map<PoolKey, Optional<Pool>> before, List<Problem> problems) {
        List<PoolChange> pools = new ArrayList<>();
        Set<Element> remarked = new LinkedHashSet<>();
        before.forEach((key, was) -> {
            Optional<Pool> is = pool(key);
            if (!was.equals(is)) {
                pools.add(new PoolChange(was, is));
                ofPool(was, is).ifPresent(remarked::add);
            }
        });
        var ofElements = elements.difference();
        var ofAddresses = addresses.difference();
        Set<Element> added = new LinkedHashSet<>(ofElements.came());
        Set<Element> removed = new LinkedHashSet<>(ofElements.went());
        for (PoolChange change : pools) {
            addPoolElements(change, added, removed, remarked);
        }
        ofAddresses.came().forEach(ip -> added.add(new Element.Ip(ServiceSet.IPVS_IPS, ip)));
        ofAddresses.went().forEach(ip -> removed.add(new Element.Ip(ServiceSet.IPVS_IPS, ip)));
        return new Delta(
                pools, added, remarked, removed, ofAddresses.came(), ofAddresses.went(), problems);
    }

    /// The mark that stays, with another value.
    private static Optional<Element> ofPool(Optional<Pool> was, Optional<Pool> is) {
        int old = was.map(Pool::mark).orElse(0);
        int now = is.map(Pool::mark).orElse(0);
        return old != 0 && now != 0 && old != now
                ? is.flatMap(Programmed::marked)
                : Optional.empty();
    }

    private static void addPoolElements(
            PoolChange change, Set<Element> added, Set<Element> removed, Set<Element> remarked) {
        Set<Element> was = poolElements(change.before());
        Set<Element> is = poolElements(change.after());
        boolean again =
                change.after().flatMap(Programmed::marked).filter(remarked::contains).isPresent();
        for (Element element : is) {
            boolean isMark = element instanceof Element.MarkedIpPort;
            if (!was.contains(element) && !(isMark && again)) {
                added.add(element);
            }
        }
        for (Element element : was) {
            boolean isMark = element instanceof Element.MarkedIpPort;
            if (!is.contains(element) && !(isMark && again)) {
                removed.add(element);
            }
        }
    }

    private static Set<Element> poolElements(Optional<Pool> pool) {
        Set<Element> all = new LinkedHashSet<>();
        pool.ifPresent(each -> {
            if (each.key() instanceof PoolKey.Address(var protocol, var address, var port)
                    && each.refusal() != Refusal.NONE) {
                all.add(
                        new Element.IpPort(
                                each.refusal() == Refusal.REJECT
                                        ? ServiceSet.IPVS_REJECT
                                        : ServiceSet.IPVS_DROP,
                                address,
                                protocol,
                                port));
            }
            marked(each).ifPresent(all::add);
        });
        return all;
    }

    private static Optional<Element> marked(Pool pool) {
        return pool.key() instanceof PoolKey.Address(var protocol, var address, var port)
                        && pool.mark() != 0
                ? Optional.of(
                        new Element.MarkedIpPort(
                                ServiceSet.IPVS_MARK, address, protocol, port, pool.mark()))
                : Optional.empty();
    }
}
