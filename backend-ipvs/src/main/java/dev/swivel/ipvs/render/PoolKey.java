package dev.swivel.ipvs.render;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;

/// What makes packets belong to a virtual server.
public sealed interface PoolKey {
    record Address(Protocol protocol, IpAddress address, int port) implements PoolKey {}

    /// @param mark not 0
    record Mark(int mark) implements PoolKey {}
}
