package dev.swivel.core.track;

import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import org.jspecify.annotations.Nullable;

/// What only one Service port can have: an address, protocol and port, or a node port and protocol.
///
/// @param address null for a node port
record FrontendKey(@Nullable IpAddress address, Protocol protocol, int port) {
    static FrontendKey of(Frontend frontend, Protocol protocol) {
        return switch (frontend) {
            case Frontend.ClusterIp(var address, var port) ->
                    new FrontendKey(address, protocol, port);
            case Frontend.ExternalIp(var address, var port) ->
                    new FrontendKey(address, protocol, port);
            case Frontend.LoadBalancerVip(var address, var port) ->
                    new FrontendKey(address, protocol, port);
            case Frontend.NodePort(var port) -> new FrontendKey(null, protocol, port);
        };
    }

    @Override
    public String toString() {
        String where =
                address == null ? "node port " + port : "address " + address + " port " + port;
        return where + "/" + protocol;
    }
}
