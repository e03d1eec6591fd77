package dev.swivel.userspace.pool;

import dev.swivel.core.model.Disposition.EndpointSet;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ResolvedPort;
import java.util.List;

/// The endpoints of one Service port in one IP family: both sets of them, over members they share.
///
/// Updated by the sync thread, read by the event loops.
public final class ServicePool implements AutoCloseable {
    private final Pool cluster = new Pool();
    private final Pool local = new Pool();

    ServicePool() {}

    /// The live pool of that set: the same object for as long as this one lives.
    public Pool pool(EndpointSet set) {
        return switch (set) {
            case CLUSTER -> cluster;
            case LOCAL -> local;
        };
    }

    /// Takes over endpoints, affinity and options. Connections to endpoints that stay are not
    /// touched; those to endpoints that left drain.
    ///
    /// @return options that are not understood: the defaults are in force for them
    public List<Problem> update(ResolvedPort port) {
        return List.of();
    }

    /// The Service port is gone: its connections drain.
    @Override
    public void close() {}
}
