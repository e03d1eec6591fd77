package dev.swivel.core.model;

import dev.swivel.core.model.Disposition.EndpointSet;
import java.util.List;
import java.util.Map;

/// One Service port in one IP family, as this node must serve it: everything a backend needs,
/// nothing left to decide but rendering.
///
/// @param frontends where it is reached, in order of precedence: ClusterIP, external IPs, VIPs,
///   node port. Addresses that an older Service claims have been left out, so a frontend is unique
///   in a [ProxyState]
/// @param sourceRanges who may use the VIPs
/// @param affinitySeconds ClientIP affinity timeout in seconds; 0 for none
public record ResolvedPort(
        ServicePortName name,
        List<Frontend> frontends,
        SourceRanges sourceRanges,
        int affinitySeconds,
        boolean internalLocal,
        boolean externalLocal,
        EndpointChoice endpoints,
        Map<String, String> options) {

    public ResolvedPort {
        frontends = List.copyOf(frontends);
        options = Map.copyOf(options);
    }

    public Protocol protocol() {
        return name.protocol();
    }

    public boolean hasExternalFrontends() {
        return frontends.stream().anyMatch(Frontend::isExternal);
    }

    /// What happens to traffic for the ClusterIP.
    public Disposition internal() {
        return disposition(internalLocal);
    }

    /// What happens to traffic from outside for node port, VIP and external IP. Traffic of local
    /// pods and of the node itself uses the cluster set even under policy Local (the "short
    /// circuit", spec 2.6).
    public Disposition external() {
        return disposition(externalLocal);
    }

    private Disposition disposition(boolean policyLocal) {
        if (!endpoints.hasAny()) {
            return Disposition.REJECT;
        }
        List<Endpoint> chosen = policyLocal ? endpoints.local() : endpoints.cluster();
        if (chosen.isEmpty()) {
            return Disposition.DROP;
        }
        return new Disposition.Balance(policyLocal ? EndpointSet.LOCAL : EndpointSet.CLUSTER);
    }
}
