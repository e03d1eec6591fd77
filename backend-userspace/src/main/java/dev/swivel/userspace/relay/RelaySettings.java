package dev.swivel.userspace.relay;

import java.time.Duration;

/// What the relays allow themselves.
///
/// @param eventLoops threads that move bytes; each has its own listeners
/// @param maxConnections TCP connections at a time, at most; 0 for what the descriptor limit allows
/// @param maxUdpFlows UDP flows at a time, at most; 0 for what the descriptor limit allows
/// @param connectTimeout per endpoint
/// @param idleTimeout after which a TCP connection without a byte is closed; zero for never
/// @param crowdedTimeout after which one is closed of which one side has ended and the other is
///   silent, while more than three quarters of the connections that there may be are open
/// @param udpIdleTimeout after which a UDP flow without a packet is forgotten
/// @param busyPoll how long an event loop may look for more before it sleeps; zero for never
/// @param mark what packets to endpoints carry (`SO_MARK`), so that they are not captured again; 0
///   for nothing
public record RelaySettings(
        int eventLoops,
        int maxConnections,
        int maxUdpFlows,
        Duration connectTimeout,
        Duration idleTimeout,
        Duration crowdedTimeout,
        Duration udpIdleTimeout,
        Duration busyPoll,
        int mark) {

    /// Idle times as the kernel's connection tracking has them: five days for TCP, two minutes for
    /// UDP. While connections are scarce, a half closed one has the minute that the kernel gives to
    /// those whose process is gone (`tcp_fin_timeout`).
    public static RelaySettings of(int maxConnections, Duration busyPoll, int mark) {
        return new RelaySettings(
                Runtime.getRuntime().availableProcessors(),
                maxConnections,
                0,
                Duration.ofSeconds(2),
                Duration.ofDays(5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                busyPoll,
                mark);
    }
}
