package dev.swivel.userspace.relay;

import dev.swivel.userspace.route.Translation;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What the connections of one event loop share. Confined to its thread.
final class Loop {
    /// Bytes of [#buffer]: more than a message has, less than a stream.
    static final int BUFFER = 16 * 1024;

    private static final long SECOND = 1_000_000_000;

    private final IoEventLoop events;
    private final RelaySettings settings;
    private final Translation translation;
    private final Shortage ports;
    private final Pipes pipes;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER);
    private final Set<TcpConnection> connections = new HashSet<>();
    private final ArrayDeque<Attempt> attempts = new ArrayDeque<>();
    private final AtomicInteger load = new AtomicInteger();
    private boolean sweeping;
    private boolean timing;
    private int seconds;

    /// A connect that must be answered in time: all have the same time, so they end in order.
    private record Attempt(TcpConnection connection, int number, long deadline) {}

    Loop(
            IoEventLoop events,
            RelaySettings settings,
            Translation translation,
            Shortage ports,
            int pipes) {
        this.events = events;
        this.settings = settings;
        this.translation = translation;
        this.ports = ports;
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

    Pipes pipes() {
        return pipes;
    }

    /// Address of memory that is anybody's until the next call.
    long buffer() {
        return buffer.address();
    }

    /// Seconds that this loop had something to look after: what idle times are counted in.
    int seconds() {
        return seconds;
    }

    IoRegistration register(IoHandle handle) {
        // On the loop's own thread this is done when it returns.
        return events.register(handle).getNow();
    }

    /// Runs it on this loop in that many nanoseconds.
    void after(long nanos, Runnable task) {
        var _ = events.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    /// TCP connections that are its own; other loops may ask.
    int load() {
        return load.get();
    }

    /// A connection is on its way to [#add], from this loop or another.
    void expect() {
        load.incrementAndGet();
    }

    void add(TcpConnection connection) {
        connections.add(connection);
        if (!sweeping) {
            sweeping = true;
            after(SECOND, this::sweep);
        }
    }

    void remove(TcpConnection connection) {
        connections.remove(connection);
        load.decrementAndGet();
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
