package dev.swivel.userspace.route;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;

/// What captured traffic was before it was captured.
///
/// @param client who sent it
/// @param clientPort 1 to 65535; may differ from what the listener sees
/// @param service where it was sent to
/// @param servicePort 1 to 65535
public record Origin(IpAddress client, int clientPort, IpAddress service, int servicePort) {
    public Arrival arrival(Protocol protocol, Way way, int hops) {
        return new Arrival(protocol, client, clientPort, service, servicePort, way, hops);
    }
}
