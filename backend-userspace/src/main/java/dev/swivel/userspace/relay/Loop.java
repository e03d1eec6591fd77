package dev.swivel.userspace.relay;

import dev.swivel.userspace.route.Translation;
import io.netty.channel.IoEventLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What the connections of one event loop share. Confined to its thread.
final class Loop {
    /// Bytes of [#buffer]: more than a message has, less than a stream.
    static final int BUFFER = 16 * 1024;

    private static final long SECOND = 1_000_000_000;

    private final IoEventLoop events;
    private final Readiness readiness;
    private final RelaySettings settings;
    private final Translation translation;
    private final Shortage ports;
    private final Shortage hops;
    private final Pipes pipes;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER);
    private final MemorySegment packet = buffer.asSlice(0, Sockets.FIRST_PACKET);
    private final List<TcpConnection> connections = new ArrayList<>();
    private final ArrayDeque<Attempt> attempts = new ArrayDeque<>();
    private final AtomicInteger settled = new AtomicInteger();
    private final List<Loop> all;
    private boolean closed;
    private boolean sweeping;
    private boolean timing;
    private int seconds;

    /// A connect that must be answered in time: all have the same time, so they end in order.
    private record Attempt(TcpConnection connection, int number, long deadline) {}

    /// @param all the loops, which this one will be among
    /// @param pipes that it may have at a time
    Loop(
            IoEventLoop events,
            Readiness readiness,
            List<Loop> all,
            RelaySettings settings,
            Translation translation,
            Shortage ports,
            Shortage hops,
            int pipes) {
        this.all = all;
        this.events = events;
        this.readiness = readiness;
        this.settings = settings;
        this.translation = translation;
        this.ports = ports;
        this.hops = hops;
        this.pipes = new Pipes(pipes);
    }

    IoEventLoop events() {
        return events;
    }

    RelaySettings settings() {
        return settings;
    }

    Translation translation() {
        return translation;
    }

    /// Who hears when no port is left towards an endpoint.
    Shortage ports() {
        return ports;
    }

    /// Who hears of what has gone round in circles.
    Shortage hops() {
        return hops;
    }

    Pipes pipes() {
        return pipes;
    }

    /// Address of memory that is anybody's until the next call.
    long buffer() {
        return buffer.address();
    }

    /// The first bytes of that memory, as many as [Sockets#hops] needs.
    MemorySegment packet() {
        return packet;
    }

    /// Seconds that this loop had something to look after: what idle times are counted in.
    int seconds() {
        return seconds;
    }

    Readiness readiness() {
        return readiness;
    }

    /// Runs it on this loop in that many nanoseconds.
    void after(long nanos, Runnable task) {
        var _ = events.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    /// Where a connection that turns out to be a lasting one should go: here, unless another loop
    /// has fewer of them, by more than a fifth. The kernel shares connections out by hash, which is
    /// uneven for a few; but moving short ones would cost more than it gains.
    Loop settle() {
        Loop least = this;
        int fewest = settled.get();
        for (Loop other : all) {
            int count = other.settled.get();
            if (count < fewest) {
                fewest = count;
                least = other;
            }
        }
        // With this connection, it would have one more than the other.
        Loop chosen = settled.get() > fewest + fewest / 4 ? least : this;
        chosen.settled.incrementAndGet();
        return chosen;
    }

    /// A connection that had settled here is over.
    void unsettle() {
        settled.decrementAndGet();
    }

    void add(TcpConnection connection) {
        if (closed) {
            connection.reset();
            return;
        }
        connection.place = connections.size();
        connections.add(connection);
        if (!sweeping) {
            sweeping = true;
            after(SECOND, this::sweep);
        }
    }

    void remove(TcpConnection connection) {
        int place = connection.place;
        if (place < 0) {
            return;
        }
        connection.place = -1;
        TcpConnection last = connections.removeLast();
        if (last != connection) {
            last.place = place;
            connections.set(place, last);
        }
    }

    /// The connection hears when this attempt was not answered in time.
    void time(TcpConnection connection, int attempt, long now) {
        while (!attempts.isEmpty() && answered(attempts.peek())) {
            attempts.poll();
        }
        attempts.add(new Attempt(connection, attempt, now + settings.connectTimeout().toNanos()));
        awaitFirst(now);
    }

    /// Closes what is left.
    void close() {
        closed = true;
        List.copyOf(connections).forEach(TcpConnection::reset);
        pipes.close();
        translation.close();
    }

    private static boolean answered(Attempt attempt) {
        return !attempt.connection.attempting(attempt.number);
    }

    private void awaitFirst(long now) {
        Attempt first = attempts.peek();
        if (!timing && first != null) {
            timing = true;
            after(first.deadline - now, this::expire);
        }
    }

    private void expire() {
        timing = false;
        long now = System.nanoTime();
        for (Attempt first = attempts.peek();
                first != null && (answered(first) || first.deadline - now <= 0);
                first = attempts.peek()) {
            attempts.poll();
            if (!answered(first)) {
                first.connection.timedOut();
            }
        }
        awaitFirst(now);
    }

    private void sweep() {
        seconds++;
        long now = System.nanoTime();
        List.copyOf(connections).forEach(connection -> connection.look(now));
        sweeping = !connections.isEmpty();
        if (sweeping) {
            after(SECOND, this::sweep);
        }
    }
}
