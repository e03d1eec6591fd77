package dev.swivel.userspace.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;

/// An element of a [CaptureSet].
public sealed interface Element {
    CaptureSet set();

    record IpPort(CaptureSet set, IpAddress address, Protocol protocol, int port)
            implements Element {}

    record IpPortNet(CaptureSet set, IpAddress address, Protocol protocol, int port, Cidr source)
            implements Element {}

    /// A port on the node's addresses.
    record AnyPort(CaptureSet set, Protocol protocol, int port) implements Element {}
}
