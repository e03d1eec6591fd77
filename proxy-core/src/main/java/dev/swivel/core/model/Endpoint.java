package dev.swivel.core.model;

/// An endpoint that may be given traffic. Its identity is address and port.
///
/// @param local whether it runs on this node
public record Endpoint(IpAddress address, int port, boolean local) {
    /// `ip:port`, or `[ip]:port` for IPv6: the form of the endpoint chain hash (spec 4.3).
    @Override
    public String toString() {
        return address.family() == IpFamily.IPV4
                ? address + ":" + port
                : "[" + address + "]:" + port;
    }
}
