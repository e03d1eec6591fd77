package dev.swivel.iptables.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;

/// An element of a [ServiceSet].
public sealed interface Element {
    ServiceSet set();

    record IpPort(ServiceSet set, IpAddress address, Protocol protocol, int port)
            implements Element {}

    /// An endpoint that may be its own client.
    record Hairpin(IpAddress address, Protocol protocol, int port) implements Element {
        @Override
        public ServiceSet set() {
            return ServiceSet.HAIRPIN;
        }
    }

    /// A source that may reach a restricted VIP.
    record Admitted(IpAddress address, Protocol protocol, int port, Cidr source)
            implements Element {
        @Override
        public ServiceSet set() {
            return ServiceSet.ADMITTED;
        }
    }

    /// A port on the node's addresses.
    record AnyPort(ServiceSet set, IpFamily family, Protocol protocol, int port)
            implements Element {}
}
