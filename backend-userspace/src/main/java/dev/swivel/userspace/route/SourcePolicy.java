package dev.swivel.userspace.route;

import dev.swivel.core.model.LocalTraffic;

/// Where endpoints see the client's address (spec 3.3), for one IP family.
///
/// @param masqueradeAll masquerade all traffic to ClusterIPs
public record SourcePolicy(LocalTraffic localTraffic, boolean masqueradeAll) {
    private static final SourceChoice KEEP =
            (client, endpoint) ->
                    client.equals(endpoint.address()) ? SourceMode.MASQUERADE : SourceMode.KEEP;

    /// Of traffic to a ClusterIP: M1 to M3.
    SourceChoice internal(Way way) {
        boolean keep =
                !masqueradeAll
                        && (way == Way.LOCAL_POD || localTraffic instanceof LocalTraffic.Unknown);
        return keep ? KEEP : SourceChoice.MASQUERADE;
    }

    /// Of traffic to a node port, VIP or external IP: M4 to M7.
    ///
    /// @param policyLocal `externalTrafficPolicy: Local`
    SourceChoice external(Way way, boolean policyLocal) {
        return policyLocal && way != Way.NODE ? KEEP : SourceChoice.MASQUERADE;
    }
}
