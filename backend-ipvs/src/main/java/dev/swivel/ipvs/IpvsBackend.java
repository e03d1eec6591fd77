package dev.swivel.ipvs;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Retirement;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.ProxyState;

/// Holds the place of the IPVS data plane: it refuses to start, and has nothing to clean up.
public final class IpvsBackend implements ProxyBackend {
    private static final String REFUSAL =
            "mode ipvs is not available in this version: use mode iptables";

    @Override
    public String name() {
        return "ipvs";
    }

    @Override
    public void start(BackendContext context) throws BackendException {
        throw new BackendException(REFUSAL);
    }

    @Override
    public ApplyReport apply(ProxyState next, Change change) throws BackendException {
        throw new BackendException(REFUSAL);
    }

    @Override
    public Drift audit(ProxyState state) {
        return Drift.NONE;
    }

    @Override
    public void retire(Retirement how) {}

    @Override
    public void cleanup() {}

    @Override
    public void close() {}
}
