package dev.swivel.core.resolve;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ServicePortName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes one list of endpoints for a Service port out of all slices of the Service (spec 1.5).
final class EndpointMerge {
    private static final Comparator<Candidate> ORDER =
            Comparator.comparing((Candidate c) -> c.endpoint().address())
                    .thenComparingInt(c -> c.endpoint().port());

    private EndpointMerge() {}

    /// An endpoint with the conditions that decide about its use.
    record Candidate(Endpoint endpoint, EndpointSlice.Entry entry) {
        boolean isReady() {
            return entry.ready();
        }

        /// Still answers although its pod is going away: used when nothing is ready.
        boolean isFallback() {
            return entry.serving() && entry.terminating();
        }
    }

    /// The candidates of that port and family, sorted by address, then port. A slice's port belongs
    /// to a Service's port of the same name and protocol; the numbers may differ.
    static List<Candidate> merge(
            ServicePortName port, IpFamily family, List<EndpointSlice> slices) {
        Map<Endpoint, Candidate> byIdentity = new HashMap<>();
        for (EndpointSlice slice : slices) {
            if (slice.family() != family) {
                continue;
            }
            for (EndpointSlice.Port slicePort : slice.ports()) {
                if (slicePort.protocol() != port.protocol()
                        || !slicePort.name().equals(port.port())) {
                    continue;
                }
                for (EndpointSlice.Entry entry : slice.endpoints()) {
                    Endpoint identity = new Endpoint(entry.address(), slicePort.port(), false);
                    Endpoint endpoint =
                            new Endpoint(entry.address(), slicePort.port(), entry.local());
                    byIdentity.merge(
                            identity, new Candidate(endpoint, entry), EndpointMerge::better);
                }
            }
        }
        return byIdentity.values().stream().sorted(ORDER).toList();
    }

    /// Of two records of one address and port, as when a pod's IP is used again while the old pod
    /// is still terminating: the one that is not terminating; then the ready one; then the one of
    /// the first slice by name.
    private static Candidate better(Candidate first, Candidate second) {
        if (first.entry().terminating() != second.entry().terminating()) {
            return first.entry().terminating() ? second : first;
        }
        return second.isReady() && !first.isReady() ? second : first;
    }
}
