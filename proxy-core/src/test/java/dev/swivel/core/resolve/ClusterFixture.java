package dev.swivel.core.resolve;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Short forms for cluster objects in tests.
public final class ClusterFixture {
    private ClusterFixture() {}

    public static final ServiceName WEB = new ServiceName("demo", "web");

    public static NodeView node(String name, String zone) {
        return new NodeView(
                name,
                Optional.of(zone).filter(z -> !z.isEmpty()),
                List.of(),
                LocalTraffic.UNKNOWN,
                NodePortAddresses.ALL,
                List.of(),
                false);
    }

    public static Service service(
            ServiceName name,
            boolean internalLocal,
            boolean externalLocal,
            int nodePort,
            String... clusterIps) {
        return new Service(
                name,
                Instant.EPOCH,
                Stream.of(clusterIps).map(IpAddress::of).toList(),
                List.of(new Service.Port("", Protocol.TCP, 80, nodePort)),
                List.of(),
                List.of(),
                Map.of(),
                0,
                internalLocal,
                externalLocal,
                0,
                Map.of());
    }

    public static EndpointSlice slice(
            ServiceName service, String name, EndpointSlice.Entry... entries) {
        IpFamily family = entries.length == 0 ? IpFamily.IPV4 : entries[0].address().family();
        return new EndpointSlice(
                service,
                name,
                family,
                List.of(new EndpointSlice.Port("", Protocol.TCP, 8080)),
                List.of(entries),
                Optional.empty());
    }

    /// An endpoint from a short form: an address, then any of `r`eady, `s`erving, `t`erminating,
    /// `L`ocal, `z:ZONE`, `n:NODE`.
    public static EndpointSlice.Entry entry(String text) {
        List<String> words = List.of(text.trim().split(" +"));
        return new EndpointSlice.Entry(
                IpAddress.of(words.getFirst()),
                words.contains("r"),
                words.contains("s") || words.contains("r"),
                words.contains("t"),
                words.contains("L"),
                words.stream().filter(w -> w.startsWith("z:")).map(w -> w.substring(2)).toList(),
                words.stream().filter(w -> w.startsWith("n:")).map(w -> w.substring(2)).toList());
    }
}
