package dev.swivel.userspace.pool;

import java.util.concurrent.atomic.LongAdder;

/// What went to one endpoint, or through one Service port, since it was first used.
final class Traffic {
    final LongAdder opened = new LongAdder();
    final LongAdder open = new LongAdder();
    final Latency latency = new Latency();
    final LongAdder errors = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder bytesToEndpoint = new LongAdder();
    final LongAdder bytesToClient = new LongAdder();
    private final LongAdder connects = new LongAdder();
    private final LongAdder connectNanos = new LongAdder();

    void connected(long nanos) {
        connects.increment();
        connectNanos.add(nanos);
    }

    void moved(long toEndpoint, long toClient) {
        bytesToEndpoint.add(toEndpoint);
        bytesToClient.add(toClient);
    }

    long connects() {
        return connects.sum();
    }

    double connectNanos() {
        return connectNanos.sum();
    }
}
