package dev.swivel.userspace.route;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;

/// A connection, or the first datagram of a flow, as it arrived at a listener.
///
/// @param client who sent it
/// @param clientPort 1 to 65535
/// @param service where it was sent to before it was captured
/// @param servicePort 1 to 65535
/// @param hops how many more machines it may pass, as its IP header says: 0 to 255
public record Arrival(
        Protocol protocol,
        IpAddress client,
        int clientPort,
        IpAddress service,
        int servicePort,
        Way way,
        int hops) {}
