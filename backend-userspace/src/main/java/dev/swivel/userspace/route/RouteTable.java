package dev.swivel.userspace.route;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Every frontend that is relayed, of both families. Written by the sync thread, read by the event
/// loops; a look-up costs the same however many there are.
public final class RouteTable implements Routing {
    private final Map<Target, Ways> routes = new ConcurrentHashMap<>();

    /// What clients send to.
    public sealed interface Target {
        record Address(Protocol protocol, IpAddress address, int port) implements Target {
            /// Written out, like [#hashCode], for the reason that [IpAddress#equals] gives.
            @Override
            public boolean equals(@Nullable Object other) {
                return other instanceof Address that
                        && port == that.port
                        && protocol == that.protocol
                        && address.equals(that.address);
            }

            @Override
            public int hashCode() {
                return (address.hashCode() * 31 + port) * 31 + protocol.number();
            }
        }

        record NodePort(IpFamily family, Protocol protocol, int port) implements Target {}
    }

    /// The routes of one frontend, by who sends.
    ///
    /// @param elsewhere null if the others are not served
    public record Ways(Route localPod, Route node, @Nullable Route elsewhere) {
        @Nullable Route route(Way way) {
            return switch (way) {
                case LOCAL_POD -> localPod;
                case NODE -> node;
                case ELSEWHERE -> elsewhere;
            };
        }
    }

    void put(Target target, Ways ways) {
        routes.put(target, ways);
    }

    /// Removes it unless another service has it by now.
    void remove(Target target, Ways ways) {
        boolean _ = routes.remove(target, ways);
    }

    /// An address of a service goes before a node port (spec 4.7). Whether the node port answers on
    /// that address, the capture rules have seen to.
    @Override
    public @Nullable Route route(Arrival arrival) {
        Ways ways =
                routes.get(
                        new Target.Address(
                                arrival.protocol(), arrival.service(), arrival.servicePort()));
        if (ways == null) {
            ways =
                    routes.get(
                            new Target.NodePort(
                                    arrival.service().family(),
                                    arrival.protocol(),
                                    arrival.servicePort()));
        }
        return ways == null ? null : ways.route(arrival.way());
    }
}
