package dev.swivel.netfilter.commit;

import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends stale flows after a commit. The services stand by then, so a fault fails nothing: stale
/// entries end by themselves, later. It is told once per outage.
public final class FlowUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(FlowUpkeep.class);

    private final FlowCleaner cleaner;
    private final IpFamily family;
    private boolean failing;

    public FlowUpkeep(FlowCleaner cleaner, IpFamily family) {
        this.cleaner = cleaner;
        this.family = family;
    }

    /// @param before the state committed before; absent if nothing is known of it
    public void after(Optional<ProxyState> before, ProxyState now, Change change) {
        try {
            var _ = cleaner.clean(before, now, change);
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn(
                        "{}: cannot end stale flows in connection tracking: {}",
                        family.label(),
                        e.getMessage());
            }
            failing = true;
        }
    }
}
