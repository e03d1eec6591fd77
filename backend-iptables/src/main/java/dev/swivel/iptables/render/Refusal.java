package dev.swivel.iptables.render;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;

/// In which of the sets a refused frontend goes.
sealed interface Refusal {
    record Cluster(IpAddress address) implements Refusal {}

    record External(IpAddress address) implements Refusal {}

    record NodePort(IpFamily family) implements Refusal {}

    /// @param reject whether it is rejected; else dropped
    default Element element(boolean reject, Protocol protocol, int port) {
        return switch (this) {
            case Cluster(var address) ->
                    new Element.IpPort(
                            reject ? ServiceSet.CLUSTER_REJECT : ServiceSet.CLUSTER_DROP,
                            address,
                            protocol,
                            port);
            case External(var address) ->
                    new Element.IpPort(
                            reject ? ServiceSet.EXTERNAL_REJECT : ServiceSet.EXTERNAL_DROP,
                            address,
                            protocol,
                            port);
            case NodePort(var family) ->
                    new Element.AnyPort(
                            reject ? ServiceSet.NODE_PORT_REJECT : ServiceSet.NODE_PORT_DROP,
                            family,
                            protocol,
                            port);
        };
    }
}
