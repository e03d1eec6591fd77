package dev.swivel.lab.traffic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// One kind of request: from a namespace to an address, over one transport. Immutable; may be run
/// any number of times, also in parallel.
///
/// @param source what to bind to before sending; port 0 lets the kernel choose
/// @param timeout for the connect, or the answer to a datagram; above zero. An answer on a
///   connection has [#ANSWER_TIMEOUT], if that is longer. A TCP connect that is not answered by
///   then fails, but is known to have timed out, and not to have been refused, only after 1.3 s
public record Probe(
        Place from,
        Transport transport,
        InetSocketAddress target,
        Optional<InetSocketAddress> source,
        Duration timeout) {
    /// Longer than any answer takes on one machine, shorter than the first retransmission of a SYN
    /// (1 s), so that a lost packet shows as a failure and not as a slow answer.
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(700);

    /// For an answer on a connection: the kernel has it brought there, so only a slow machine is
    /// late.
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    public Probe {
        if (timeout.toMillis() <= 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: >= 1 ms)");
        }
    }

    public static Probe tcp(Place from, InetSocketAddress target) {
        return new Probe(from, Transport.TCP, target, Optional.empty(), DEFAULT_TIMEOUT);
    }

    public static Probe udp(Place from, InetSocketAddress target) {
        return new Probe(from, Transport.UDP, target, Optional.empty(), DEFAULT_TIMEOUT);
    }

    /// Sends from this address of the namespace instead of the one that routing chooses.
    public Probe boundTo(InetAddress address) {
        return boundTo(new InetSocketAddress(address, 0));
    }

    /// Sends from this address and port, again and again: one UDP flow for conntrack.
    public Probe boundTo(InetSocketAddress address) {
        return new Probe(from, transport, target, Optional.of(address), timeout);
    }

    public Probe within(Duration limit) {
        return new Probe(from, transport, target, source, limit);
    }

    Duration answerTimeout() {
        return timeout.compareTo(ANSWER_TIMEOUT) > 0 ? timeout : ANSWER_TIMEOUT;
    }

    /// Sends one request and waits for what becomes of it.
    public ProbeResult run() {
        return switch (transport) {
            case TCP -> TcpProbe.run(this);
            case UDP -> UdpProbe.run(this);
        };
    }

    /// Sends requests one after another, each on a new connection.
    public Distribution times(int count) {
        var results = new ArrayList<ProbeResult>(count);
        for (int i = 0; i < count; i++) {
            results.add(run());
        }
        return new Distribution(results);
    }

    /// Sends requests all at once, each on its own connection.
    public Distribution inParallel(int count) {
        var running = new ArrayList<Future<ProbeResult>>(count);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                running.add(threads.submit(this::run));
            }
        }
        return new Distribution(running.stream().map(Future::resultNow).toList());
    }

    /// Makes a TCP connection and keeps it.
    ///
    /// @throws IOException if it cannot be made in time
    public Conversation open() throws IOException {
        if (transport != Transport.TCP) {
            throw new IllegalStateException("only TCP has connections to keep");
        }
        return Conversation.open(this);
    }

    /// The addresses probed, for messages.
    @Override
    public String toString() {
        return "%s %s -> %s".formatted(transport, from.name(), SocketText.format(target));
    }
}
