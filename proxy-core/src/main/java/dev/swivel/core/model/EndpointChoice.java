package dev.swivel.core.model;

import java.util.List;

/// Which endpoints of one Service port are used on this node (spec 2).
///
/// @param cluster the C-set: for policy Cluster; sorted by address, then port
/// @param local the L-set: for policy Local; sorted likewise
/// @param hasAny whether any endpoint anywhere could serve; if not, traffic is rejected
/// @param serving for UDP: every serving endpoint, terminating or not, whose flows may live on
///   (spec 7.1); else empty
public record EndpointChoice(
        List<Endpoint> cluster, List<Endpoint> local, boolean hasAny, List<Endpoint> serving) {
    public static final EndpointChoice NONE =
            new EndpointChoice(List.of(), List.of(), false, List.of());

    public EndpointChoice {
        cluster = EndpointForm.pack(cluster);
        local = EndpointForm.pack(local);
        serving = EndpointForm.pack(serving);
    }
}
