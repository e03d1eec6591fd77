package dev.swivel.userspace.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.swivel.core.model.Protocol;
import dev.swivel.linux.datagram.DatagramBatch;
import dev.swivel.userspace.pool.Member;
import dev.swivel.userspace.route.Arrival;
import dev.swivel.userspace.route.Origin;
import dev.swivel.userspace.route.Route;
import dev.swivel.userspace.route.Routing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// The UDP of one event loop: its listeners, and a flow for each client and service port. There are
/// only so many flows: under a flood of new sources, those in use stay, the oldest mere questions
/// make room, and new ones come at a bounded pace. Confined to its loop.
final class UdpRelay {
    /// A flow that has lasted that long, with answers, is a stream (conntrack's
    /// `nf_conntrack_udp_timeout_stream` holds from there).
    static final long STREAM_AFTER = Duration.ofSeconds(2).toNanos();

    /// Silence after which a question and its answer are forgotten (`nf_conntrack_udp_timeout`).
    private static final long SHORT_IDLE = Duration.ofSeconds(30).toNanos();

    /// How long a draining flow may be silent before it counts as ended.
    private static final long FAREWELL = Duration.ofSeconds(2).toNanos();

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int BATCH = 32;

    /// Batches after which others of the loop have their turn.
    static final int TURN = 16;

    /// New flows a second: each costs a socket, and a flood must leave time for the others.
    private static final int PACE = 10_000;

    private final Loop loop;
    private final Routing routing;
    private final ConnectionLimit limit;
    private final Cache<UdpFlow.Key, UdpFlow> flows;
    private final int most;

    /// Flows that have not become more than a question and its answer when last looked at, the
    /// oldest first.
    private final SequencedSet<UdpFlow> questions = new LinkedHashSet<>();

    private final List<UdpListener> listeners = new ArrayList<>();
    private @Nullable DatagramBatch batch;
    private boolean accepting = true;
    private volatile long usedAt;
    private boolean sweeping;
    private int newcomers;

    /// @param most flows at a time on this loop
    /// @param limit counts those of all loops
    UdpRelay(Loop loop, Routing routing, int most, ConnectionLimit limit) {
        this.loop = loop;
        this.routing = routing;
        this.limit = limit;
        this.most = most;
        long stream = loop.settings().udpIdleTimeout().toNanos();
        this.flows =
                Caffeine.newBuilder()
                        .maximumSize(most)
                        .expireAfter(
                                Expiry.<UdpFlow.Key, UdpFlow>accessing((_, flow) ->
                                        Duration.ofNanos(
                                                flow.lasting(System.nanoTime())
                                                        ? stream
                                                        : Math.min(SHORT_IDLE, stream))))
                        .removalListener(
                                (UdpFlow.@Nullable Key _,
                                        @Nullable UdpFlow flow,
                                        RemovalCause why) -> {
                                    if (why == RemovalCause.SIZE) {
                                        refuse();
                                    }
                                    closed(flow);
                                })
                        .executor(Runnable::run)
                        .build();
    }

    Loop loop() {
        return loop;
    }

    /// It is closed with this relay. On the loop's thread.
    void add(UdpListener listener) {
        listeners.add(listener);
    }

    /// No new flows: their datagrams are another process's, or refused. Those that are live on.
    void stopAccepting() {
        List.copyOf(flows.asMap().values()).forEach(UdpFlow::stay);
        listeners.forEach(UdpListener::stopAccepting);
        usedAt = System.nanoTime();
        accepting = false;
    }

    /// Whether flows that live on were used of late, once it has stopped. Of any thread.
    boolean inUse() {
        return flows.estimatedSize() > 0 && System.nanoTime() - usedAt < FAREWELL;
    }

    void close() {
        listeners.forEach(UdpListener::close);
        flows.invalidateAll();
        flows.cleanUp();
        DatagramBatch memory = batch;
        if (memory != null) {
            memory.close();
        }
    }

    /// The loop's memory for datagrams: anybody's until the next call.
    DatagramBatch batch() {
        DatagramBatch known = batch;
        if (known == null) {
            known = new DatagramBatch(BATCH);
            batch = known;
        }
        return known;
    }

    /// The flow was used by its endpoint.
    void used(UdpFlow flow) {
        UdpFlow _ = flows.getIfPresent(flow.key());
        noteUse();
    }

    private void noteUse() {
        if (!accepting) {
            usedAt = System.nanoTime();
        }
    }

    /// The next datagram of the client finds another endpoint.
    void forget(UdpFlow flow) {
        flows.asMap().remove(flow.key(), flow);
    }

    /// Datagrams came from a client.
    void pass(UdpFlow.Key key, DatagramBatch batch, int from, int count) {
        noteUse();
        UdpFlow flow = flows.getIfPresent(key);
        if (flow != null && flow.serves() && flow.send(batch, from, count)) {
            return;
        }
        if (flow != null) {
            forget(flow);
        }
        UdpFlow next = open(key, batch.hops(from));
        if (next != null && !next.send(batch, from, count)) {
            forget(next);
        }
    }

    private @Nullable UdpFlow open(UdpFlow.Key key, int hops) {
        if (!accepting) {
            return null;
        }
        if (newcomers >= PACE) {
            limit.refuse("More than " + PACE + " new UDP flows a second on one event loop");
            return null;
        }
        newcomers++;
        sweepSoon();
        try {
            Arrival arrival = arrival(key, hops);
            Route route = arrival == null ? null : routing.route(arrival);
            if (arrival == null || route == null || Outlet.hasComeTooFar(arrival, loop)) {
                return null;
            }
            Member member =
                    route.pool()
                            .pick(
                                    arrival.client(),
                                    arrival.clientPort(),
                                    List.of(),
                                    System.nanoTime());
            if (member == null) {
                route.pool().refused();
                return null;
            }
            makeRoom();
            UdpFlow flow = new UdpFlow(this, key, arrival, member, route.source());
            limit.opened();
            flows.put(key, flow);
            questions.add(flow);
            return flow;
        } catch (IOException e) {
            if (Sockets.isOutOfPorts(e)) {
                loop.ports().tell("a UDP endpoint (" + e.getMessage() + ")");
            } else {
                limit.refuse("No socket for a UDP flow (" + e.getMessage() + ")");
            }
            return null;
        }
    }

    private void makeRoom() {
        while (flows.estimatedSize() >= most && !questions.isEmpty()) {
            UdpFlow oldest = questions.removeFirst();
            if (oldest.isQuestion()) {
                if (!oldest.answered()) {
                    refuse();
                }
                forget(oldest);
            }
        }
    }

    private void refuse() {
        limit.refuse(limit.most() + " UDP flows are open, as many as may be");
    }

    private @Nullable Arrival arrival(UdpFlow.Key key, int hops) throws IOException {
        UdpListener listener = key.listener();
        Origin origin =
                loop.translation()
                        .ofUdp(key.peer(), key.port(), listener.address(), listener.port());
        return origin == null ? null : origin.arrival(Protocol.UDP, listener.way(), hops);
    }

    private void closed(@Nullable UdpFlow flow) {
        if (flow != null) {
            questions.remove(flow);
            limit.closed();
            flow.close();
        }
    }

    private void sweepSoon() {
        if (!sweeping) {
            sweeping = true;
            loop.after(SECOND, this::sweep);
        }
    }

    private void sweep() {
        sweeping = false;
        newcomers = 0;
        flows.cleanUp();
        if (flows.estimatedSize() > 0) {
            sweepSoon();
        }
    }
}
