package dev.swivel.netfilter.commit;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import java.util.EnumMap;
import java.util.Map;

/// Leads to the part of a backend that serves a state's IP family. Of one thread.
public final class PerFamily {
    private final String backend;
    private final Map<IpFamily, FamilyWriter> writers = new EnumMap<>(IpFamily.class);

    /// @param backend for messages, as in `iptables`
    public PerFamily(String backend) {
        this.backend = backend;
    }

    public void serve(IpFamily family, FamilyWriter writer) {
        writers.put(family, writer);
    }

    public ApplyReport apply(ProxyState next, Change change) throws BackendException {
        return writer(next.family()).apply(next, change);
    }

    public Drift audit(ProxyState state) throws BackendException {
        return writer(state.family()).audit();
    }

    /// Serves no family any longer.
    public void clear() {
        writers.values().forEach(FamilyWriter::close);
        writers.clear();
    }

    private FamilyWriter writer(IpFamily family) throws BackendException {
        FamilyWriter writer = writers.get(family);
        if (writer == null) {
            throw new BackendException(
                    "the %s backend was not started for %s".formatted(backend, family.label()));
        }
        return writer;
    }
}
