package dev.swivel.netfilter.commit;

import dev.swivel.core.model.Change;
import dev.swivel.core.model.ProxyState;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/// Ends flows that connection tracking would keep on the wrong way.
@FunctionalInterface
public interface FlowCleaner {
    FlowCleaner NONE = (_, _, _) -> OptionalInt.empty();

    /// @param before the state committed before; absent if nothing is known of it
    /// @return how many flows were ended; empty if nothing had to be looked at
    OptionalInt clean(Optional<ProxyState> before, ProxyState after, Change change)
            throws IOException;
}
