package dev.swivel.core.track;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Service;

/// How much is remembered of the cluster.
///
/// @param bytes an estimate, from what one object of each kind takes on a 64-bit JVM with compact
///   headers
public record ModelSize(int services, int slices, int endpoints, long bytes) {
    static final ModelSize NONE = new ModelSize(0, 0, 0, 0);

    private static final long SERVICE_BYTES = 450;
    private static final long PORT_BYTES = 220;
    private static final long SLICE_BYTES = 250;
    private static final long ENDPOINT_BYTES = 35;

    /// With that many (or, if negative, without) Services like this one.
    ModelSize plus(int count, Service service) {
        long each = SERVICE_BYTES + PORT_BYTES * service.ports().size();
        return new ModelSize(services + count, slices, endpoints, bytes + count * each);
    }

    /// The same for slices.
    ModelSize plus(int count, EndpointSlice slice) {
        int inside = slice.endpoints().size();
        long each = SLICE_BYTES + ENDPOINT_BYTES * inside;
        return new ModelSize(
                services, slices + count, endpoints + count * inside, bytes + count * each);
    }
}
