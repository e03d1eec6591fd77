package dev.swivel.userspace.pool;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ServicePortName;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The metrics of one Service port in one family. A series begins with the first connection, so a
/// cluster of idle Services costs none, and there are only so many of them: beyond
/// [#MOST_ENDPOINTS], endpoints count in their Service's total alone.
final class ServiceTraffic {
    /// Endpoints with series of their own, in the whole proxy.
    static final int MOST_ENDPOINTS = 2000;

    private final MeterRegistry registry;
    private final AtomicInteger endpointsShown;
    private final ServicePortName name;
    private final IpFamily family;
    private final Map<Endpoint, List<Meter>> shown = new HashMap<>();
    private List<Meter> totals = List.of();
    private volatile @Nullable Traffic total;
    private boolean closed;

    ServiceTraffic(
            ServicePortName name,
            IpFamily family,
            MeterRegistry registry,
            AtomicInteger endpointsShown) {
        this.registry = registry;
        this.endpointsShown = endpointsShown;
        this.name = name;
        this.family = family;
    }

    /// Made when they are needed, since most Services of a cluster are never asked for here.
    private Tags tags() {
        return Tags.of(
                "namespace", name.service().namespace(),
                "service", name.service().name(),
                "port", name.port(),
                "protocol", name.protocol().name(),
                "ip_family", family.label());
    }

    Traffic total() {
        Traffic known = total;
        return known != null ? known : makeTotal();
    }

    private synchronized Traffic makeTotal() {
        Traffic known = total;
        if (known != null) {
            return known;
        }
        Traffic made = new Traffic();
        total = made;
        if (closed) {
            return made;
        }
        totals = register("swivel.userspace.service", tags(), made, made.open::sum, made.latency);
        totals.add(
                counter(
                        "swivel.userspace.service.refused",
                        "Connections that no endpoint took",
                        tags(),
                        made,
                        t -> t.refused.sum()));
        return made;
    }

    synchronized Traffic of(Member member) {
        Traffic traffic = new Traffic();
        if (member.left()) {
            return traffic;
        }
        if (endpointsShown.incrementAndGet() > MOST_ENDPOINTS) {
            endpointsShown.decrementAndGet();
            return traffic;
        }
        Tags own = tags().and("endpoint", member.endpoint().toString());
        List<Meter> meters =
                register(
                        "swivel.userspace.endpoint",
                        own,
                        traffic,
                        member::connections,
                        member.latency());
        shown.put(member.endpoint(), meters);
        return traffic;
    }

    synchronized void forget(Endpoint endpoint) {
        List<Meter> meters = shown.remove(endpoint);
        if (meters != null) {
            meters.forEach(registry::remove);
            endpointsShown.decrementAndGet();
        }
    }

    private List<Meter> register(
            String prefix, Tags own, Traffic traffic, Supplier<Number> now, Latency latency) {
        List<Meter> meters = new ArrayList<>();
        meters.add(
                Gauge.builder(prefix + ".connections", now)
                        .description("Connections and flows it has now")
                        .tags(own)
                        .register(registry));
        meters.add(
                Gauge.builder(prefix + ".first.byte.seconds", latency, Latency::seconds)
                        .description("Moving average of the time to a connection's first byte back")
                        .tags(own)
                        .register(registry));
        meters.add(
                counter(
                        prefix + ".connections.opened",
                        "Connections and flows given to it",
                        own,
                        traffic,
                        t -> t.opened.sum()));
        meters.add(
                counter(
                        prefix + ".errors",
                        "Refused, timed out or reset by the endpoint",
                        own,
                        traffic,
                        t -> t.errors.sum()));
        meters.add(
                counter(
                        prefix + ".retries",
                        "Connections that went on to another endpoint",
                        own,
                        traffic,
                        t -> t.retries.sum()));
        String bytes = "Payload, by direction";
        meters.add(
                counter(
                        prefix + ".bytes",
                        bytes,
                        own.and("direction", "to_endpoint"),
                        traffic,
                        t -> t.bytesToEndpoint.sum()));
        meters.add(
                counter(
                        prefix + ".bytes",
                        bytes,
                        own.and("direction", "to_client"),
                        traffic,
                        t -> t.bytesToClient.sum()));
        meters.add(
                FunctionTimer.builder(
                                prefix + ".connect",
                                traffic,
                                Traffic::connects,
                                Traffic::connectNanos,
                                TimeUnit.NANOSECONDS)
                        .description("How long endpoints took to accept")
                        .tags(own)
                        .register(registry));
        return meters;
    }

    private Meter counter(
            String name,
            String description,
            Tags own,
            Traffic traffic,
            ToDoubleFunction<Traffic> value) {
        return FunctionCounter.builder(name, traffic, value)
                .description(description)
                .tags(own)
                .register(registry);
    }

    /// Whoever was on the way to it may still count, which nobody sees.
    synchronized void close() {
        closed = true;
        shown.values().forEach(meters -> meters.forEach(registry::remove));
        endpointsShown.addAndGet(-shown.size());
        shown.clear();
        totals.forEach(registry::remove);
    }
}
