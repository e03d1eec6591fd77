package dev.swivel.lab.traffic;

import java.io.EOFException;
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
            var greeting = conversation.who();
            var latency = Duration.ofNanos(System.nanoTime() - started);
            return new ProbeResult.Answered(greeting, conversation.sender(), latency);
        } catch (EOFException _) {
            return new ProbeResult.Failed("closed without an answer");
        } catch (IOException e) {
            return SocketErrors.result(e, true);
        } catch (IllegalArgumentException e) {
            return new ProbeResult.Failed(String.valueOf(e.getMessage()));
        }
    }
}
