package dev.swivel.userspace.pool;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ServicePortName;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/// Opens the pools of a proxy: what they have in common.
public final class ServicePools {
    private final MeterRegistry meters;
    private final PoolDefaults defaults;
    private final Ticker ticker;
    private final AtomicInteger endpointsShown = new AtomicInteger();

    public ServicePools(MeterRegistry meters, PoolDefaults defaults) {
        this(meters, defaults, Ticker.systemTicker());
    }

    ServicePools(MeterRegistry meters, PoolDefaults defaults, Ticker ticker) {
        this.meters = meters;
        this.defaults = defaults;
        this.ticker = ticker;
    }

    /// A pool without endpoints yet.
    public ServicePool open(ServicePortName name, IpFamily family) {
        return new ServicePool(
                defaults, ticker, new ServiceTraffic(name, family, meters, endpointsShown));
    }
}
