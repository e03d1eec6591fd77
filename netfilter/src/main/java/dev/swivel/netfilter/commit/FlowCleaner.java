package dev.swivel.netfilter.commit;

import dev.swivel.core.model.Change;
import dev.swivel.core.model.ProxyState;
import java.io.IOException;
import java.util.Optional;

/// Ends flows that connection tracking would keep on the wrong way.
@FunctionalInterface
public interface FlowCleaner {
    FlowCleaner NONE = (_, _, _) -> {};

    /// @param before the state committed before; absent if nothing is known of it
    void clean(Optional<ProxyState> before, ProxyState after, Change change) throws IOException;
}
