package dev.swivel.core.metrics;

import dev.swivel.core.model.Change;
import dev.swivel.core.model.Disposition;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts, for one IP family, the ports that have endpoints, but none that policy Local lets this
/// node use. Costs what the change is; remembers only Services that have such ports.
public final class LocalPolicyGaps {
    private record Gaps(int internal, int external) {
        static final Gaps NONE = new Gaps(0, 0);
    }

    private final Map<ServiceName, Gaps> byService = new HashMap<>();
    private long internal;
    private long external;

    public void synced(ProxyState state, Change change) {
        if (change.full()) {
            byService.clear();
            internal = 0;
            external = 0;
            state.services().values().forEach(service -> replace(service.name(), gaps(service)));
        } else {
            change.services().forEach(name -> replace(name, gaps(state.services().get(name))));
        }
    }

    private void replace(ServiceName name, Gaps gaps) {
        Gaps before = gaps.equals(Gaps.NONE) ? byService.remove(name) : byService.put(name, gaps);
        internal += gaps.internal() - (before == null ? 0 : before.internal());
        external += gaps.external() - (before == null ? 0 : before.external());
    }

    private static Gaps gaps(@Nullable ResolvedService service) {
        if (service == null) {
            return Gaps.NONE;
        }
        int internal = 0;
        int external = 0;
        for (ResolvedPort port : service.ports()) {
            internal += isDropped(port.internal()) ? 1 : 0;
            external += port.hasExternalFrontends() && isDropped(port.external()) ? 1 : 0;
        }
        return new Gaps(internal, external);
    }

    private static boolean isDropped(Disposition disposition) {
        return disposition instanceof Disposition.Drop;
    }

    /// For `internalTrafficPolicy`.
    public long internal() {
        return internal;
    }

    /// For `externalTrafficPolicy`.
    public long external() {
        return external;
    }
}
