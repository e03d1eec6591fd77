package dev.swivel.iptables.commit;

import dev.swivel.core.model.Change;
import dev.swivel.core.model.ProxyState;
import java.io.IOException;
import java.util.Optional;

/// Ends UDP flows that connection tracking still sends to endpoints that no longer serve.
@FunctionalInterface
public interface FlowCleaner {
    FlowCleaner NONE = (_, _, _) -> {};

    /// @param before the state committed before; absent if nothing is known of it
    void clean(Optional<ProxyState> before, ProxyState after, Change change) throws IOException;
}
