package dev.swivel.linux.conntrack;

import java.net.InetAddress;

/// One direction of a flow. Ports are 0 where the protocol has none.
public record Tuple(
        InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {
    /// The other direction.
    public Tuple reversed() {
        return new Tuple(destination, destinationPort, source, sourcePort);
    }

    @Override
    public String toString() {
        return source.getHostAddress()
                + " "
                + sourcePort
                + " > "
                + destination.getHostAddress()
                + " "
                + destinationPort;
    }
}
