package dev.swivel.lab.traffic;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One datagram and its answer. The socket is connected, so that ICMP port unreachable reaches it
/// (RFC 1122 section 4.1.3.3, udp(7)) and answers from another address than the one asked do not.
final class UdpProbe {
    private static final int MAX_DATAGRAM = 2048;

    private UdpProbe() {}

    static ProbeResult run(Probe probe) {
        long started = System.nanoTime();
        try (var channel =
                probe.from()
                        .thread()
                        .call(() -> DatagramChannel.open(Conversation.family(probe.target())))) {
            if (probe.source().isPresent()) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(probe.source().get());
            }
            channel.connect(probe.target());
            var socket = channel.socket();
            socket.setSoTimeout((int) probe.timeout().toMillis());
            var request = Dialogue.WHO.getBytes(StandardCharsets.UTF_8);
            send(channel, request);
            var answer = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
            socket.receive(answer);
            var latency = Duration.ofNanos(System.nanoTime() - started);
            var line = new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
            return new ProbeResult.Answered(
                    Greeting.parse(line), (InetSocketAddress) channel.getLocalAddress(), latency);
        } catch (IOException e) {
            return SocketErrors.result(e, false);
        } catch (IllegalArgumentException e) {
            return new ProbeResult.Failed(String.valueOf(e.getMessage()));
        }
    }

    /// EPERM says that a rule of this namespace itself stopped the datagram. Whether it was refused
    /// or dropped shows in whether an ICMP message follows, so we go on to wait for one.
    private static void send(DatagramChannel channel, byte[] request) throws IOException {
        try {
            channel.socket().send(new DatagramPacket(request, request.length));
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("not permitted")) {
                throw e;
            }
        }
    }
}
