package dev.swivel.lab.traffic;

import java.io.IOException;
import java.time.Duration;

/// One request on a new TCP connection.
final class TcpProbe {
    private TcpProbe() {}

    static ProbeResult run(Probe probe) {
        long started = System.nanoTime();
        Conversation conversation;
        try {
            conversation = Conversation.open(probe);
        } catch (IOException e) {
            return SocketErrors.result(e, false);
        }
        try (conversation) {
            return switch (conversation.ask()) {
                case ProbeResult.Answered(var greeting, var sender, _) -> {
                    var latency = Duration.ofNanos(System.nanoTime() - started);
                    yield new ProbeResult.Answered(greeting, sender, latency);
                }
                case ProbeResult other -> other;
            };
        }
    }
}
