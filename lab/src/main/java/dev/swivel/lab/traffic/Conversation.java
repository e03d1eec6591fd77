package dev.swivel.lab.traffic;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A TCP connection to a server that is kept and asked again and again. For one thread at a time.
public final class Conversation implements AutoCloseable {
    /// The kernel sends the second SYN after 1 s (RFC 6298) and up to 24 ms of timer slack.
    private static final Duration SECOND_SYN = Duration.ofMillis(1300);

    private final SocketChannel connection;
    private final BufferedReader answers;
    private final Duration timeout;

    private Conversation(SocketChannel connection, Duration timeout) throws IOException {
        this.connection = connection;
        this.timeout = timeout;
        this.answers =
                new BufferedReader(
                        new InputStreamReader(
                                connection.socket().getInputStream(), StandardCharsets.UTF_8));
    }

    static Conversation open(Probe probe) throws IOException {
        var channel = probe.from().thread().call(() -> SocketChannel.open(family(probe.target())));
        try {
            if (probe.source().isPresent()) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(probe.source().get());
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connect(channel, probe);
            return new Conversation(channel, probe.answerTimeout());
        } catch (IOException | RuntimeException e) {
            Closing.quietly(channel);
            throw e;
        }
    }

    /// Connects in time, or waits a little longer for a refusal.
    ///
    /// Where sender and router share a kernel, the ICMP message of a REJECT rule can arrive while
    /// connect(2) still holds the socket; the kernel then drops it (`TcpExtLockDroppedIcmps`), and
    /// the sender learns of the refusal only from its second SYN. With IPv6 that is the rule.
    private static void connect(SocketChannel channel, Probe probe) throws IOException {
        long started = System.nanoTime();
        var limit = probe.timeout();
        var patience = limit.compareTo(SECOND_SYN) > 0 ? limit : SECOND_SYN;
        channel.socket().connect(probe.target(), (int) patience.toMillis());
        if (System.nanoTime() - started > limit.toNanos()) {
            throw new SocketTimeoutException("connected, but not within " + limit);
        }
    }

    /// A socket of the target's own family: a dual-stack socket would send IPv4 as mapped IPv6, and
    /// take another path through the kernel than most programs.
    static StandardProtocolFamily family(InetSocketAddress target) {
        return target.getAddress() instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET;
    }

    /// The local end of the connection.
    public InetSocketAddress sender() throws IOException {
        return (InetSocketAddress) connection.getLocalAddress();
    }

    /// Asks who is at the other end.
    ///
    /// @throws SocketTimeoutException after the probe's time for an answer
    /// @throws EOFException if the server has closed the connection
    public Greeting who() throws IOException {
        return Greeting.parse(exchange(Dialogue.WHO));
    }

    /// Asks who is at the other end, for those who want to know what became of it.
    public ProbeResult ask() {
        long started = System.nanoTime();
        try {
            var greeting = who();
            var latency = Duration.ofNanos(System.nanoTime() - started);
            return new ProbeResult.Answered(greeting, sender(), latency);
        } catch (EOFException _) {
            return new ProbeResult.Failed("closed without an answer");
        } catch (IOException e) {
            return SocketErrors.result(e, true);
        } catch (IllegalArgumentException e) {
            return new ProbeResult.Failed(String.valueOf(e.getMessage()));
        }
    }

    /// Sends a line of text and returns what comes back, which a live connection makes the same
    /// text.
    ///
    /// @throws SocketTimeoutException after the probe's time for an answer
    /// @throws EOFException if the server has closed the connection
    public String echo(String text) throws IOException {
        return exchange(Dialogue.ECHO + text);
    }

    /// Cuts the connection with RST.
    public void reset() {
        Closing.withReset(connection);
    }

    @Override
    public void close() {
        Closing.quietly(connection);
    }

    private String exchange(String request) throws IOException {
        connection.socket().setSoTimeout((int) timeout.toMillis());
        connection
                .socket()
                .getOutputStream()
                .write((request + "\n").getBytes(StandardCharsets.UTF_8));
        var line = answers.readLine();
        if (line == null) {
            throw new EOFException("closed by the server");
        }
        return line;
    }
}
