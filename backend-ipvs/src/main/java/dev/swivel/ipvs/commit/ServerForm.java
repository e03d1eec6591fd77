package dev.swivel.ipvs.commit;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.ipvs.render.Pool;
import dev.swivel.ipvs.render.PoolKey;
import dev.swivel.linux.ipvs.Destination;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.RealServer;
import dev.swivel.linux.ipvs.Scheduler;
import dev.swivel.linux.ipvs.VirtualServer;
import dev.swivel.netfilter.commit.Families;
import java.time.Duration;
import java.util.Set;

/// Virtual servers as the kernel knows them (spec 5.4).
final class ServerForm {
    private static final Set<String> HASHING = Set.of("sh", "mh");

    private ServerForm() {}

    static Frontend frontend(PoolKey key, IpFamily family) {
        return switch (key) {
            case PoolKey.Address(var protocol, var address, var port) ->
                    new Frontend.AddressPort(protocol.number(), address.toInetAddress(), port);
            case PoolKey.Mark(var mark) -> new Frontend.Mark(mark, Families.linux(family));
        };
    }

    static VirtualServer server(Pool pool, IpFamily family) {
        VirtualServer server =
                VirtualServer.of(frontend(pool.key(), family), new Scheduler(pool.scheduler()));
        if (pool.affinitySeconds() > 0) {
            server = server.persistent(Duration.ofSeconds(pool.affinitySeconds()));
        }
        if (pool.key() instanceof PoolKey.Mark && HASHING.contains(pool.scheduler())) {
            return server.withFlags(VirtualServer.SCHEDULER_FLAG_1); // past those of weight 0
        }
        return pool.scheduler().equals("mh")
                ? server.withFlags(VirtualServer.SCHEDULER_FLAG_2) // as kube-proxy
                : server;
    }

    static RealServer real(Endpoint endpoint) {
        return RealServer.masqueraded(endpoint.address().toInetAddress(), endpoint.port());
    }

    static Destination destination(Endpoint endpoint) {
        return new Destination(endpoint.address().toInetAddress(), endpoint.port());
    }

    /// Whether a real server that leaves may finish its connections. With UDP there is no telling
    /// when one ends, and a client that keeps its port would never get to another endpoint.
    static boolean drains(Pool pool) {
        return pool.protocol() != Protocol.UDP;
    }
}
