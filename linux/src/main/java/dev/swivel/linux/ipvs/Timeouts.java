package dev.swivel.linux.ipvs;

import java.time.Duration;

/// How long connections without packets are remembered, in whole seconds. In a request, zero leaves
/// a value as it is.
///
/// @param tcp of established TCP connections
/// @param tcpFin of TCP connections after a FIN
/// @param udp of UDP
public record Timeouts(Duration tcp, Duration tcpFin, Duration udp) {
    private static final int LONGEST_SECONDS = Integer.MAX_VALUE / 1000;

    public Timeouts {
        Ranges.check("tcp", tcp.toSeconds(), 0, LONGEST_SECONDS);
        Ranges.check("tcpFin", tcpFin.toSeconds(), 0, LONGEST_SECONDS);
        Ranges.check("udp", udp.toSeconds(), 0, LONGEST_SECONDS);
    }
}
