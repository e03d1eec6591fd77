package dev.swivel.netfilter.commit;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.ProxyState;

/// What a backend does in one IP family.
public interface FamilyWriter extends AutoCloseable {
    /// As [dev.swivel.core.backend.ProxyBackend#apply].
    ApplyReport apply(ProxyState next, Change change) throws BackendException;

    /// As [dev.swivel.core.backend.ProxyBackend#audit].
    Drift audit() throws BackendException;

    /// Lets go of what it has open. What is programmed stays.
    @Override
    void close();
}
