package dev.swivel.core.backend;

import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.IpFamily;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;

/// What a backend gets at its start.
///
/// @param families the IP families to serve
public record BackendContext(ProxyConfig config, Set<IpFamily> families, MeterRegistry meters) {
    public BackendContext {
        families = Set.copyOf(families);
    }
}
