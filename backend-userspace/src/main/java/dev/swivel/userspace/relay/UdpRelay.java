package dev.swivel.userspace.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.linux.datagram.DatagramBatch;
import dev.swivel.userspace.pool.Member;
import dev.swivel.userspace.relay.Relays.Listen;
import dev.swivel.userspace.route.Arrival;
import dev.swivel.userspace.route.Route;
import dev.swivel.userspace.route.Routing;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The UDP of one event loop: its listeners, and a flow for each client and service port. There are
/// only so many flows: under a flood of new sources, those that are used stay (Caffeine's
/// admission) and new ones come at a bounded pace. Confined to its loop.
final class UdpRelay {
    /// A flow that has lasted that long, with answers, is a stream (conntrack's
    /// `nf_conntrack_udp_timeout_stream` holds from there).
    static final long STREAM_AFTER = Duration.ofSeconds(2).toNanos();

    /// Silence after which a question and its answer are forgotten (`nf_conntrack_udp_timeout`).
    private static final long SHORT_IDLE = Duration.ofSeconds(30).toNanos();

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int BATCH = 32;

    /// Batches after which others of the loop have their turn.
    static final int TURN = 16;

    /// New flows a second: each costs a socket, and a flood must leave time for the others.
    private static final int PACE = 10_000;

    private final Loop loop;
    private final Routing routing;
    private final ConnectionLimit limit;
    private final Cache<Arrival, UdpFlow> flows;
    private final Map<ReplySocket.Key, ReplySocket> replySockets = new HashMap<>();
    private final List<UdpSide> listeners = new ArrayList<>();
    private @Nullable DatagramBatch batch;
    private boolean sweeping;
    private int newcomers;

    /// @param most flows at a time on this loop
    /// @param limit counts those of all loops
    UdpRelay(Loop loop, Routing routing, int most, ConnectionLimit limit) {
        this.loop = loop;
        this.routing = routing;
        this.limit = limit;
        long stream = loop.settings().udpIdleTimeout().toNanos();
        this.flows =
                Caffeine.newBuilder()
                        .maximumSize(most)
                        .expireAfter(
                                Expiry.<Arrival, UdpFlow>accessing((_, flow) ->
                                        Duration.ofNanos(
                                                flow.lasting(System.nanoTime())
                                                        ? stream
                                                        : Math.min(SHORT_IDLE, stream))))
                        .removalListener(
                                (@Nullable Arrival _, @Nullable UdpFlow flow, RemovalCause _) ->
                                        closed(flow))
                        .executor(Runnable::run)
                        .build();
    }

    Loop loop() {
        return loop;
    }

    /// Opens a listener.
    ///
    /// @param address as in `listen`, with the port that was chosen
    void listen(Listen listen, InetSocketAddress address) throws IOException {
        IpFamily family = Sockets.family(address);
        Socket socket = LinuxSocket.newSocketDgram(family == IpFamily.IPV6);
        try {
            Sockets.receiveMuch(socket);
            if (family == IpFamily.IPV6) {
                Sockets.onlyIpv6(socket);
            }
            if (listen.transparent()) {
                Sockets.transparent(socket, family);
                Sockets.tellDestination(socket, family);
            }
            socket.setReuseAddress(true);
            socket.setReusePort(true);
            socket.bind(address);
        } catch (IOException e) {
            Sockets.close(socket);
            throw new IOException("cannot listen on UDP " + address + ": " + e.getMessage(), e);
        }
        InetSocketAddress own = socket.localAddress();
        UdpSide[] self = new UdpSide[1];
        UdpSide side = new UdpSide(socket, () -> receive(self[0], listen, own));
        self[0] = side;
        listeners.add(side);
    }

    /// From now on datagrams are read.
    void start() {
        listeners.forEach(side -> side.listen(loop));
    }

    /// Lets go of the listeners' addresses; flows live on, and hear their endpoints.
    void stopListening() {
        listeners.forEach(UdpSide::close);
    }

    void close() {
        stopListening();
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
        UdpFlow _ = flows.getIfPresent(flow.arrival());
    }

    /// The next datagram of the client finds another endpoint.
    void forget(UdpFlow flow) {
        flows.asMap().remove(flow.arrival(), flow);
    }

    void release(ReplySocket socket) {
        if (socket.release()) {
            replySockets.remove(socket.key());
        }
    }

    private void receive(UdpSide listener, Listen listen, InetSocketAddress own) {
        DatagramBatch datagrams = batch();
        for (int turn = 0; turn < TURN && listener.open(); turn++) {
            int count = datagrams.receive(listener.number());
            int from = 0;
            while (from < count) {
                int end = from + 1;
                while (end < count && datagrams.likeTheOneBefore(end)) {
                    end++;
                }
                Arrival arrival = arrival(datagrams, from, listen, own);
                pass(arrival, listener, listen, datagrams, from, end - from);
                from = end;
            }
            if (count < datagrams.size()) {
                return;
            }
        }
        loop.events().execute(() -> receive(listener, listen, own));
    }

    private static Arrival arrival(
            DatagramBatch datagrams, int index, Listen listen, InetSocketAddress own) {
        byte[] destination = datagrams.destination(index);
        boolean told = listen.transparent() && destination.length > 0;
        return new Arrival(
                Protocol.UDP,
                IpAddress.ofBytes(datagrams.source(index)),
                datagrams.sourcePort(index),
                told ? IpAddress.ofBytes(destination) : IpAddress.of(own.getAddress()),
                told ? datagrams.destinationPort(index) : own.getPort(),
                listen.way());
    }

    private void pass(
            Arrival arrival,
            UdpSide listener,
            Listen listen,
            DatagramBatch datagrams,
            int from,
            int count) {
        UdpFlow flow = flows.getIfPresent(arrival);
        if (flow != null && flow.serves() && flow.send(datagrams, from, count)) {
            return;
        }
        if (flow != null) {
            forget(flow);
        }
        UdpFlow next = open(arrival, listener, listen);
        if (next != null && !next.send(datagrams, from, count)) {
            forget(next);
        }
    }

    private @Nullable UdpFlow open(Arrival arrival, UdpSide listener, Listen listen) {
        Route route = routing.route(arrival);
        if (route == null) {
            return null;
        }
        if (newcomers >= PACE) {
            limit.refuse("More than " + PACE + " new UDP flows a second on one event loop");
            return null;
        }
        Member member =
                route.pool()
                        .pick(arrival.client(), arrival.clientPort(), List.of(), System.nanoTime());
        if (member == null) {
            route.pool().refused();
            return null;
        }
        newcomers++;
        sweepSoon();
        ReplySocket replies = null;
        try {
            replies = replies(arrival, listener, listen);
            replies.use();
            UdpFlow flow = new UdpFlow(this, arrival, member, route.source(), replies);
            limit.opened();
            flows.put(arrival, flow);
            return flow;
        } catch (IOException e) {
            if (replies != null) {
                release(replies);
            }
            limit.refuse("No socket for a UDP flow (" + e.getMessage() + ")");
            return null;
        }
    }

    private ReplySocket replies(Arrival arrival, UdpSide listener, Listen listen)
            throws IOException {
        ReplySocket.Key key = ReplySocket.Key.of(arrival);
        ReplySocket known = replySockets.get(key);
        if (known == null) {
            known =
                    new ReplySocket(
                            key,
                            listen.transparent() ? Sockets.replying(arrival) : listener.fd(),
                            listen.transparent());
            replySockets.put(key, known);
        }
        return known;
    }

    private void closed(@Nullable UdpFlow flow) {
        if (flow != null) {
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
