package dev.swivel.userspace.pool;

import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ServicePortName;
import io.micrometer.core.instrument.MeterRegistry;

/// Opens the pools of a proxy: what they have in common.
public final class ServicePools {
    public ServicePools(MeterRegistry meters) {}

    public ServicePool open(ServicePortName name, IpFamily family) {
        return new ServicePool();
    }
}
