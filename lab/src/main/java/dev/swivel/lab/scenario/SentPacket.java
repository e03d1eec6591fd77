package dev.swivel.lab.scenario;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;

/// The first packet of a connection, and what must become of it.
///
/// @param from a member of the [Cast]
/// @param fromPort the source port, for flows that go on over several steps; 0 for any
public record SentPacket(
        String from, IpAddress to, Protocol protocol, int port, int fromPort, Expected expected) {

    public IpFamily family() {
        return to.family();
    }

    /// Whether it can be sent for real: kernels without SCTP sockets cannot send SCTP, and only
    /// members of the cast answer. Packets that cannot are traced and nothing else.
    public boolean canBeSent(Cast cast) {
        boolean answered =
                !(expected instanceof Expected.Served served)
                        || served.endpoints().stream()
                                .allMatch(endpoint -> cast.member(endpoint.address()).isPresent());
        return protocol != Protocol.SCTP && answered;
    }

    /// `client-1 -> 10.96.0.10:80/tcp`.
    @Override
    public String toString() {
        String host = family() == IpFamily.IPV6 ? "[" + to + "]" : to.toString();
        String source = fromPort == 0 ? from : from + ":" + fromPort;
        return "%s -> %s:%d/%s".formatted(source, host, port, protocol.lower());
    }
}
