package dev.swivel.ipvs.render;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ServicePortName;
import java.util.List;

/// A virtual server with the endpoints that take its connections.
///
/// @param name whose it is
/// @param affinitySeconds how long a client stays at its endpoint; 0 for no affinity
/// @param endpoints each once
/// @param refusal what becomes of new connections, but for those that carry a mark
/// @param mark of the virtual server that local traffic goes to instead; 0 for none
public record Pool(
        PoolKey key,
        ServicePortName name,
        String scheduler,
        int affinitySeconds,
        List<Endpoint> endpoints,
        Refusal refusal,
        int mark) {
    public Pool {
        endpoints = List.copyOf(endpoints);
    }

    /// What the packet filter does before IPVS may see a packet.
    public enum Refusal {
        NONE,
        REJECT,
        DROP
    }

    public Protocol protocol() {
        return name.protocol();
    }
}
