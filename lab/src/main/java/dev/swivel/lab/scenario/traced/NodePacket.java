package dev.swivel.lab.scenario.traced;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import java.util.Optional;
import java.util.Set;

/// A packet as one node gets to see it.
///
/// @param inInterface where it comes in; empty if the node itself sends it
/// @param nodeAddresses the node's addresses but loopback
public record NodePacket(
        IpAddress source,
        Optional<String> inInterface,
        IpAddress destination,
        Protocol protocol,
        int port,
        Set<IpAddress> nodeAddresses) {}
