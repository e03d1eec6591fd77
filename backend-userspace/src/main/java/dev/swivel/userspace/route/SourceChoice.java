package dev.swivel.userspace.route;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;

/// Decides which source address an endpoint sees (spec 3.7). Called on the event loops, once for
/// every attempt: pure and quick.
@FunctionalInterface
public interface SourceChoice {
    SourceChoice MASQUERADE = (client, endpoint) -> SourceMode.MASQUERADE;

    SourceMode of(IpAddress client, Endpoint endpoint);
}
