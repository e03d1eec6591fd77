package dev.swivel.userspace.route;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.LocalTraffic;
import java.util.List;

/// Where endpoints see the client's address (spec 3.3), for one IP family.
///
/// @param masqueradeAll masquerade all traffic to ClusterIPs
/// @param bridged within each of these ranges answers do not come back through this node
public record SourcePolicy(LocalTraffic localTraffic, boolean masqueradeAll, List<Cidr> bridged) {
    public SourcePolicy {
        bridged = List.copyOf(bridged);
    }

    /// Unless it is a hairpin (M8), or the answer would go past this node.
    private SourceMode keep(IpAddress client, Endpoint endpoint) {
        boolean lost =
                client.equals(endpoint.address())
                        || bridged.stream()
                                .anyMatch(range ->
                                        range.contains(client)
                                                && range.contains(endpoint.address()));
        return lost ? SourceMode.MASQUERADE : SourceMode.KEEP;
    }

    /// Of traffic to a ClusterIP: M1 to M3.
    SourceChoice internal(Way way) {
        boolean keep =
                !masqueradeAll
                        && (way == Way.LOCAL_POD || localTraffic instanceof LocalTraffic.Unknown);
        return keep ? this::keep : SourceChoice.MASQUERADE;
    }

    /// Of traffic to a node port, VIP or external IP: M4 to M7.
    ///
    /// @param policyLocal `externalTrafficPolicy: Local`
    SourceChoice external(Way way, boolean policyLocal) {
        return policyLocal && way != Way.NODE ? this::keep : SourceChoice.MASQUERADE;
    }
}
