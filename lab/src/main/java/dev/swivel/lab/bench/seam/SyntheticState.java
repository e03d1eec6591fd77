package dev.swivel.lab.bench.seam;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.EndpointChoice;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.core.model.SourceRanges;
import dev.swivel.lab.bench.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A node's services as the backends see them: a ClusterIP each, and endpoints that no other
/// service has.
final class SyntheticState {
    private static final int FIRST_CLUSTER_IP = 0x0a600000; // 10.96.0.0
    private static final int FIRST_ENDPOINT = 0x0a800000; // 10.128.0.0
    private static final int FIRST_SPARE = 0x0af00000; // 10.240.0.0

    private final Size size;

    SyntheticState(Size size) {
        this.size = size;
    }

    ProxyState all() {
        ProxyState state = ProxyState.empty(IpFamily.IPV4, node());
        for (int i = 0; i < size.services(); i++) {
            state = with(state, service(i, false));
        }
        return state;
    }

    ProxyState with(ProxyState state, ResolvedService service) {
        return new ProxyState(
                state.family(),
                state.generation() + 1,
                state.node(),
                state.services().plus(service.name(), service));
    }

    private static NodeView node() {
        IpAddress ip = IpAddress.of("192.0.2.2");
        return new NodeView(
                "node-1",
                Optional.empty(),
                List.of(ip),
                new LocalTraffic.FromCidr(Cidr.of("10.128.0.0/9")),
                NodePortAddresses.ALL,
                List.of(IpAddress.of("127.0.0.1"), ip),
                false);
    }

    /// @param changed with its first endpoint exchanged for another
    ResolvedService service(int number, boolean changed) {
        ServiceName name = new ServiceName("bench", "s" + number);
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < size.endpoints(); i++) {
            int address =
                    i == 0 && changed
                            ? FIRST_SPARE + number
                            : FIRST_ENDPOINT + number * size.endpoints() + i;
            endpoints.add(new Endpoint(address(address), 8080, false));
        }
        return new ResolvedService(
                name,
                List.of(
                        new ResolvedPort(
                                new ServicePortName(name, "", Protocol.TCP),
                                List.of(
                                        new Frontend.ClusterIp(
                                                address(FIRST_CLUSTER_IP + 1 + number), 80)),
                                SourceRanges.ANYONE,
                                0,
                                false,
                                false,
                                new EndpointChoice(endpoints, List.of(), true, List.of()),
                                Map.of())),
                0,
                0);
    }

    private static IpAddress address(int bits) {
        return IpAddress.of(
                "%d.%d.%d.%d"
                        .formatted(bits >>> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255));
    }
}
