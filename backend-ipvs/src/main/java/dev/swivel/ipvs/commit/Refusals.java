package dev.swivel.ipvs.commit;

import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.ipvs.render.Pool;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.IpvsChange;
import dev.swivel.linux.ipvs.IpvsChangesException;
import dev.swivel.linux.libc.Errno;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Sorts out what the kernel refused: what was done already, what it cannot do for one service, and
/// what puts all in doubt.
final class Refusals {
    private Refusals() {}

    /// A virtual server that this kernel cannot have concerns its service alone. What was to be
    /// removed and is gone already is as it should be.
    ///
    /// @param added how many of the changes, from the first one on, make what comes
    /// @param pools those that these belong to, by frontend
    /// @return what cannot be served
    /// @throws IpvsChangesException if anything else was refused
    static List<Problem> sort(IpvsChangesException refused, int added, Map<Frontend, Pool> pools)
            throws IpvsChangesException {
        List<Problem> problems = new ArrayList<>();
        Set<Frontend> unserved = new HashSet<>();
        for (var failure : refused.failures()) {
            Frontend frontend = failure.change().frontend();
            Pool pool = pools.get(frontend);
            if (failure.index() >= added) {
                if (!failure.isMissing()) {
                    throw refused;
                }
            } else if (isBeyondTheKernel(failure) && pool != null) {
                unserved.add(frontend);
                problems.add(
                        new Problem(
                                ObjectRef.service(pool.name().service()),
                                "RefusedByKernel",
                                String.valueOf(failure.error().getMessage())));
            } else if (!unserved.contains(frontend)) {
                throw refused;
            }
        }
        return problems;
    }

    private static boolean isBeyondTheKernel(IpvsChangesException.Failure failure) {
        return failure.change() instanceof IpvsChange.AddServer
                && (failure.isSchedulerMissing()
                        || failure.error().errno() == Errno.EPROTONOSUPPORT
                        || failure.error().errno() == Errno.EAFNOSUPPORT);
    }
}
