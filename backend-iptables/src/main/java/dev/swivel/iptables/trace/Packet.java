package dev.swivel.iptables.trace;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import java.util.Optional;
import java.util.Set;

/// The first packet of a connection.
///
/// @param inInterface where it came in; empty if this machine sends it
/// @param nodeAddresses the addresses of this machine; loopback addresses need not be named
public record Packet(
        IpAddress source,
        Optional<String> inInterface,
        IpAddress destination,
        Protocol protocol,
        int port,
        Set<IpAddress> nodeAddresses) {
    public Packet {
        nodeAddresses = Set.copyOf(nodeAddresses);
    }

    boolean isLocal(IpAddress address) {
        return address.isLoopback() || nodeAddresses.contains(address);
    }
}
