package dev.swivel.userspace.pool;

import dev.swivel.core.model.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An endpoint while it serves: how many connections it has, how it answers, whether it is set
/// aside. Both sets of a Service port share it. Times are those of [System#nanoTime].
///
/// Event loops write at the same time; what is only a guide (latency, setting aside) may lose an
/// update.
public final class Member {
    private static final long FIRST_ASIDE = Duration.ofMillis(500).toNanos();
    private static final long LONGEST_ASIDE = Duration.ofSeconds(30).toNanos();

    /// How long one trial keeps the others away from an endpoint that failed before.
    private static final long TRIAL = Duration.ofSeconds(2).toNanos();

    /// As long as the kernel keeps ports of closed connections back (TIME-WAIT).
    private static final long CROWDED = Duration.ofMinutes(1).toNanos();

    private final Endpoint endpoint;
    private final ServiceTraffic service;
    private final AtomicInteger connections = new AtomicInteger();
    private final Latency latency = new Latency();
    private volatile @Nullable InetSocketAddress address;
    private volatile @Nullable Traffic traffic;
    private volatile int failures;
    private volatile long asideUntil;
    private volatile long trialUntil;
    private volatile boolean crowded;
    private volatile long crowdedUntil;
    private volatile boolean left;
    private volatile long leftAt;

    Member(Endpoint endpoint, ServiceTraffic service) {
        this.endpoint = endpoint;
        this.service = service;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /// Made when it is needed, since most endpoints of a cluster are never asked from here.
    public InetSocketAddress address() {
        InetSocketAddress known = address;
        if (known == null) {
            known = new InetSocketAddress(endpoint.address().toInetAddress(), endpoint.port());
            address = known;
        }
        return known;
    }

    /// A connection or flow was given to it.
    public void opened() {
        connections.incrementAndGet();
        traffic().opened.increment();
        service.total().open.increment();
    }

    /// That connection or flow is over, or was never made.
    public void closed() {
        connections.decrementAndGet();
        service.total().open.decrement();
    }

    /// It accepted.
    ///
    /// @param nanos how long that took
    public void connected(long nanos) {
        failures = 0;
        asideUntil = 0;
        traffic().connected(nanos);
        service.total().connected(nanos);
    }

    /// It refused, reset at once or was silent: it is set aside, each time for twice as long, from
    /// half a second to half a minute.
    public void failed(long now) {
        if (failures == 0 || now - asideUntil >= 0 || inTrial(now)) {
            int again = failures + 1;
            failures = again;
            asideUntil = now + Math.min(LONGEST_ASIDE, FIRST_ASIDE << Math.min(again - 1, 10));
        }
        traffic().errors.increment();
        service.total().errors.increment();
    }

    /// A connection that it did not take went on to another endpoint.
    public void retried() {
        traffic().retries.increment();
        service.total().retries.increment();
    }

    /// A connection to it was reset in mid-stream.
    public void reset() {
        traffic().errors.increment();
        service.total().errors.increment();
    }

    /// This node has no port left to connect from. That says nothing about the endpoint.
    public void crowd(long now) {
        crowdedUntil = now + CROWDED;
        crowded = true;
    }

    /// Whether that was so within the last minute.
    public boolean crowded(long now) {
        return crowded && now - crowdedUntil < 0;
    }

    /// A client had its first byte.
    ///
    /// @param nanos how long it waited for it, connecting included
    public void answered(long nanos, long now) {
        latency.heard(nanos, now);
        service.total().latency.heard(nanos, now);
    }

    /// @param toEndpoint bytes since the last call; likewise `toClient`
    public void moved(long toEndpoint, long toClient) {
        traffic().moved(toEndpoint, toClient);
        service.total().moved(toEndpoint, toClient);
    }

    /// Whether it is no longer an endpoint of the Service: flows move, connections drain.
    public boolean left() {
        return left;
    }

    /// Whether it left longer ago than the drain time.
    public boolean drained(long now, long drainNanos) {
        return left && now - leftAt >= drainNanos;
    }

    int connections() {
        return connections.get();
    }

    Latency latency() {
        return latency;
    }

    boolean aside(long now) {
        return failures > 0 && now - asideUntil < 0;
    }

    long asideUntil() {
        return asideUntil;
    }

    /// It was chosen. When it failed before, this is the trial: nobody else comes until it ends.
    void chosen(long now) {
        if (failures > 0 && !aside(now)) {
            trialUntil = now + TRIAL;
            asideUntil = trialUntil;
        }
    }

    private boolean inTrial(long now) {
        return asideUntil == trialUntil && now - trialUntil < 0;
    }

    void leave(long now) {
        leftAt = now;
        left = true;
        service.forget(endpoint);
    }

    /// It is an endpoint again, and nothing that was known of it holds but its connections: they
    /// live on.
    void comeBack() {
        traffic = null;
        latency.forget();
        failures = 0;
        asideUntil = 0;
        left = false;
    }

    private Traffic traffic() {
        Traffic known = traffic;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            Traffic made = traffic;
            if (made == null) {
                made = service.of(this);
                traffic = made;
            }
            return made;
        }
    }
}
