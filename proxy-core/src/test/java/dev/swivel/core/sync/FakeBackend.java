package dev.swivel.core.sync;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.Inspection;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Retirement;
import dev.swivel.core.backend.UnservableException;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// A data plane made of a map. It takes only what the change names, as a real one does, so a change
/// that forgets a service shows.
final class FakeBackend implements ProxyBackend {
    final Map<ServiceName, Object> kernel = new ConcurrentHashMap<>();
    final List<Change> changes = new CopyOnWriteArrayList<>();
    final AtomicInteger failuresToCome = new AtomicInteger();
    final AtomicInteger startFailuresToCome = new AtomicInteger();
    final AtomicBoolean familyIsMissing = new AtomicBoolean();
    private volatile boolean started;

    /// Services that make it stumble.
    final Set<ServiceName> poison = ConcurrentHashMap.newKeySet();

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void validate(ProxyConfig config) {}

    @Override
    public void start(BackendContext context) throws BackendException {
        if (startFailuresToCome.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new BackendException("something is not installed");
        }
        started = true;
    }

    @Override
    public ApplyReport apply(ProxyState next, Change change) throws BackendException {
        if (!started) {
            throw new BackendException("was not started");
        }
        changes.add(change);
        if (familyIsMissing.get()) {
            return ApplyReport.unserved("no such table");
        }
        if (failuresToCome.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new BackendException("the kernel said no");
        }
        for (ServiceName name : change.full() ? next.services().keySet() : change.services()) {
            if (poison.contains(name) && next.services().containsKey(name)) {
                throw new UnservableException(name, new IllegalStateException("poison"));
            }
        }
        if (change.full()) {
            kernel.clear();
            kernel.putAll(next.services());
        } else {
            for (ServiceName name : change.services()) {
                if (next.services().containsKey(name)) {
                    kernel.put(name, next.services().get(name));
                } else {
                    kernel.remove(name);
                }
            }
        }
        return new ApplyReport(1, 0, List.of());
    }

    @Override
    public Drift audit(ProxyState state) {
        return familyIsMissing.get() || kernel.keySet().equals(state.services().keySet())
                ? Drift.NONE
                : new Drift(List.of("services are missing"));
    }

    @Override
    public void retire(Retirement how) {}

    @Override
    public void cleanup() {}

    @Override
    public void tidy() {}

    @Override
    public Inspection inspection() {
        throw new UnsupportedOperationException("the sync loop inspects nothing");
    }

    @Override
    public void close() {}
}
