package dev.swivel.core.track;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// All Services and EndpointSlices as last seen, joined by owner, and which Services changed since
/// the last [#takeDirty]. Confined to the sync thread. Every method costs what the one Service
/// costs, however many there are.
public final class ClusterTracker {
    private final Map<ServiceName, Service> services = new HashMap<>();

    /// Sorted by slice name. Lists, not maps: most Services have one slice.
    private final Map<ServiceName, List<EndpointSlice>> slices = new HashMap<>();

    private final FrontendClaims claims = new FrontendClaims();
    private ModelSize size = ModelSize.NONE;
    private Map<ServiceName, List<Instant>> dirty = new LinkedHashMap<>();

    /// A Service was added or changed.
    ///
    /// @return whether anything a proxy reads differs from before
    public boolean serviceChanged(Service service) {
        Service before = services.put(service.name(), service);
        size = before == null ? size : size.plus(-1, before);
        size = size.plus(1, service);
        if (service.equals(before)) {
            return false;
        }
        if (before != null) {
            releaseAll(before);
        }
        claimAll(service);
        markDirty(service.name());
        return true;
    }

    /// A Service was removed, or is no longer one that a proxy serves.
    public boolean serviceGone(ServiceName name) {
        Service before = services.remove(name);
        if (before == null) {
            return false;
        }
        size = size.plus(-1, before);
        releaseAll(before);
        markDirty(name);
        return true;
    }

    /// A slice was added or changed. A change of its metadata alone is none.
    public boolean sliceChanged(EndpointSlice slice) {
        List<EndpointSlice> before = slices.getOrDefault(slice.service(), List.of());
        List<EndpointSlice> after = new ArrayList<>(before.size() + 1);
        Optional<EndpointSlice> replaced = Optional.empty();
        boolean placed = false;
        for (EndpointSlice other : before) {
            int order = other.name().compareTo(slice.name());
            if (order == 0) {
                replaced = Optional.of(other);
            }
            if (order >= 0 && !placed) {
                after.add(slice);
                placed = true;
            }
            if (order != 0) {
                after.add(other);
            }
        }
        if (!placed) {
            after.add(slice);
        }
        slices.put(slice.service(), List.copyOf(after));
        size = replaced.map(old -> size.plus(-1, old)).orElse(size).plus(1, slice);
        if (replaced.filter(old -> servesAlike(old, slice)).isPresent()) {
            return false;
        }
        markDirty(slice.service());
        slice.trigger()
                .ifPresent(time ->
                        dirty.computeIfPresent(slice.service(), (_, times) -> plus(times, time)));
        return true;
    }

    /// A slice was removed, or belongs to another Service now.
    public boolean sliceGone(ServiceName owner, String sliceName) {
        List<EndpointSlice> before = slices.getOrDefault(owner, List.of());
        List<EndpointSlice> after =
                before.stream().filter(slice -> !slice.name().equals(sliceName)).toList();
        if (after.size() == before.size()) {
            return false;
        }
        for (EndpointSlice slice : before) {
            size = slice.name().equals(sliceName) ? size.plus(-1, slice) : size;
        }
        if (after.isEmpty()) {
            slices.remove(owner);
        } else {
            slices.put(owner, after);
        }
        markDirty(owner);
        return true;
    }

    /// The Services that changed since the last call, each with the times of the slice changes that
    /// made it so. Empties the record.
    public Map<ServiceName, List<Instant>> takeDirty() {
        Map<ServiceName, List<Instant>> taken = dirty;
        dirty = new LinkedHashMap<>(); // a map once large would take long to empty for ever
        return taken;
    }

    public ModelSize size() {
        return size;
    }

    public boolean isDirty() {
        return !dirty.isEmpty();
    }

    public Optional<Service> service(ServiceName name) {
        return Optional.ofNullable(services.get(name));
    }

    /// The slices of a Service, sorted by name.
    public List<EndpointSlice> slices(ServiceName name) {
        return slices.getOrDefault(name, List.of());
    }

    public Collection<ServiceName> serviceNames() {
        return Collections.unmodifiableSet(services.keySet());
    }

    /// Tells which of a port's frontends are its own.
    public Predicate<Frontend> ownedBy(ServicePortName port) {
        return frontend ->
                claims.owner(FrontendKey.of(frontend, port.protocol()))
                        .filter(port::equals)
                        .isPresent();
    }

    /// The frontends of a Service that older ones keep.
    public List<Problem> conflicts(Service service) {
        List<Problem> problems = new ArrayList<>();
        Set<FrontendKey> seen = new HashSet<>();
        forEachFrontend(
                service,
                (port, frontend) -> {
                    FrontendKey key = FrontendKey.of(frontend, port.protocol());
                    Optional<ServicePortName> owner =
                            claims.owner(key).filter(o -> !o.equals(port));
                    if (owner.isPresent() && seen.add(key)) {
                        problems.add(conflict(port, key, owner.get()));
                    }
                });
        return problems;
    }

    private static Problem conflict(ServicePortName port, FrontendKey key, ServicePortName owner) {
        return new Problem(
                ObjectRef.service(port.service()),
                "FrontendConflict",
                port
                        + ": "
                        + key
                        + " already belongs to "
                        + owner
                        + ", which is older; not programmed for this Service."
                        + " Give one of the two another address or port");
    }

    private void claimAll(Service service) {
        forEachFrontend(
                service,
                (port, frontend) ->
                        claims.claim(
                                        FrontendKey.of(frontend, port.protocol()),
                                        claimant(service, port))
                                .ifPresent(loser -> markDirty(loser.service())));
    }

    private void releaseAll(Service service) {
        forEachFrontend(
                service,
                (port, frontend) ->
                        claims.release(
                                        FrontendKey.of(frontend, port.protocol()),
                                        claimant(service, port))
                                .ifPresent(heir -> markDirty(heir.service())));
    }

    private static FrontendClaims.Claimant claimant(Service service, ServicePortName port) {
        return new FrontendClaims.Claimant(service.created(), port);
    }

    private interface FrontendVisitor {
        void visit(ServicePortName port, Frontend frontend);
    }

    private static void forEachFrontend(Service service, FrontendVisitor visitor) {
        for (Service.Port port : service.ports()) {
            ServicePortName name =
                    new ServicePortName(service.name(), port.name(), port.protocol());
            service.frontends(port).forEach(frontend -> visitor.visit(name, frontend));
        }
    }

    private void markDirty(ServiceName name) {
        dirty.putIfAbsent(name, List.of());
    }

    private static boolean servesAlike(EndpointSlice a, EndpointSlice b) {
        return a.family() == b.family()
                && a.ports().equals(b.ports())
                && a.endpoints().equals(b.endpoints());
    }

    private static List<Instant> plus(List<Instant> times, Instant time) {
        List<Instant> more = new ArrayList<>(times);
        more.add(time);
        return List.copyOf(more);
    }
}
