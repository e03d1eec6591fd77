package dev.swivel.ipvs.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;

/// An element of a [ServiceSet].
public sealed interface Element {
    ServiceSet set();

    record Ip(ServiceSet set, IpAddress address) implements Element {}

    record Port(ServiceSet set, int port) implements Element {}

    record IpPort(ServiceSet set, IpAddress address, Protocol protocol, int port)
            implements Element {}

    /// @param mark not 0
    record MarkedIpPort(ServiceSet set, IpAddress address, Protocol protocol, int port, int mark)
            implements Element {}

    record IpPortIp(
            ServiceSet set, IpAddress address, Protocol protocol, int port, IpAddress source)
            implements Element {}

    record IpPortNet(ServiceSet set, IpAddress address, Protocol protocol, int port, Cidr source)
            implements Element {}
}
