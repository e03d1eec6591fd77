package dev.swivel.lab.traffic;

import java.io.IOException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;

/// What a socket's exception says about the fate of a request. The JDK has types for some errno
/// values and only the text of strerror(3) for others.
final class SocketErrors {
    private SocketErrors() {}

    static ProbeResult result(IOException error, boolean connected) {
        var text = String.valueOf(error.getMessage());
        return switch (error) {
            case SocketTimeoutException _ -> new ProbeResult.TimedOut(connected);
            case PortUnreachableException _ -> new ProbeResult.Refused();
            case ConnectException _ when text.contains("refused") -> new ProbeResult.Refused();
            case ConnectException _ when text.contains("timed out") ->
                    new ProbeResult.TimedOut(connected);
            // EPERM on a send: a rule in this namespace's own OUTPUT path dropped the packet.
            case IOException _ when text.contains("not permitted") ->
                    new ProbeResult.TimedOut(connected);
            case IOException _ when text.contains("reset") -> new ProbeResult.Reset();
            // EPIPE: the RST came between connect and the first write.
            case IOException _ when text.contains("Broken pipe") -> new ProbeResult.Reset();
            default -> new ProbeResult.Failed(error.getClass().getSimpleName() + ": " + text);
        };
    }
}
