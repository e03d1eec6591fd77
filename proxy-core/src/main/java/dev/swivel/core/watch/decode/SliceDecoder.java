package dev.swivel.core.watch.decode;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.EndpointSlice.Entry;
import dev.swivel.core.model.EndpointSlice.Port;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.ForNode;
import io.fabric8.kubernetes.api.model.discovery.v1.ForZone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// EndpointSlice to record (spec 1.5).
final class SliceDecoder {
    private static final String OWNER = "kubernetes.io/service-name";
    private static final String HEADLESS = "service.kubernetes.io/headless";
    private static final String TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";

    private final String nodeName;
    private final Shared shared;

    SliceDecoder(String nodeName, Shared shared) {
        this.nodeName = nodeName;
        this.shared = shared;
    }

    Optional<EndpointSlice> decode(
            io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice slice, Problems problems) {
        Map<String, @Nullable String> labels = Fields.map(slice.getMetadata().getLabels());
        String owner = Fields.text(labels.get(OWNER));
        if (labels.containsKey(HEADLESS) || owner.isEmpty()) {
            return Optional.empty();
        }
        String name = Fields.text(slice.getMetadata().getName());
        if (name.isEmpty()) {
            problems.add("InvalidName", "metadata.name is missing");
            return Optional.empty();
        }
        Optional<ServiceName> service = owner(slice.getMetadata().getNamespace(), owner, problems);
        Optional<IpFamily> family = family(slice.getAddressType(), problems);
        if (service.isEmpty() || family.isEmpty()) {
            return Optional.empty();
        }
        String trigger = Fields.map(slice.getMetadata().getAnnotations()).get(TRIGGER);
        return Optional.of(
                new EndpointSlice(
                        service.get(),
                        name,
                        family.get(),
                        shared.slicePorts(
                                ports(service.get(), Fields.list(slice.getPorts()), problems)),
                        entries(family.get(), Fields.list(slice.getEndpoints()), problems),
                        Fields.time("annotation " + TRIGGER, trigger, problems)));
    }

    private Optional<ServiceName> owner(
            @Nullable String namespace, String owner, Problems problems) {
        try {
            return Optional.of(shared.name(Fields.text(namespace), owner));
        } catch (IllegalArgumentException e) {
            problems.add("InvalidName", "label " + OWNER + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<IpFamily> family(@Nullable String type, Problems problems) {
        for (IpFamily family : IpFamily.values()) {
            if (family.label().equals(type)) {
                return Optional.of(family);
            }
        }
        problems.add(
                "UnsupportedAddressType",
                "addressType " + Problem.quoted(type) + " is neither IPv4 nor IPv6");
        return Optional.empty();
    }

    private static List<Port> ports(
            ServiceName service, List<@Nullable EndpointPort> ports, Problems problems) {
        List<Port> decoded = new ArrayList<>();
        Set<ServicePortName> seen = new HashSet<>();
        int index = 0;
        for (EndpointPort port : ports) {
            port("ports[" + index++ + "]", service, port, seen, problems).ifPresent(decoded::add);
        }
        return decoded;
    }

    /// Keeps the first of the ports that share name and protocol: the API allows one.
    private static Optional<Port> port(
            String field,
            ServiceName service,
            @Nullable EndpointPort port,
            Set<ServicePortName> seen,
            Problems problems) {
        if (port == null || port.getName() == null) {
            problems.add("InvalidPort", field + " has no name: ports are matched by name");
            return Optional.empty();
        }
        Optional<Protocol> protocol =
                Fields.protocol(field + ".protocol", port.getProtocol(), problems);
        if (protocol.isEmpty()) {
            return Optional.empty();
        }
        if (!Fields.isPort(port.getPort())) {
            problems.add(
                    "InvalidPort",
                    field + ".port " + port.getPort() + " is not a number from 1 to 65535");
            return Optional.empty();
        }
        try {
            ServicePortName name = new ServicePortName(service, port.getName(), protocol.get());
            if (seen.add(name)) {
                return Optional.of(new Port(name.port(), name.protocol(), port.getPort()));
            }
            problems.add(
                    "DuplicatePort", field + " repeats the name " + Problem.quoted(name.port()));
        } catch (IllegalArgumentException e) {
            problems.add("InvalidPort", field + ".name: " + e.getMessage());
        }
        return Optional.empty();
    }

    private List<Entry> entries(
            IpFamily family, List<@Nullable Endpoint> endpoints, Problems problems) {
        List<Entry> entries = new ArrayList<>(endpoints.size());
        int index = 0;
        for (Endpoint endpoint : endpoints) {
            String field = "endpoints[" + index++ + "].addresses[0]";
            // The first address alone counts; an endpoint without one is not an error.
            List<@Nullable String> addresses =
                    endpoint == null ? List.of() : Fields.list(endpoint.getAddresses());
            if (endpoint != null && !addresses.isEmpty()) {
                Fields.unicast(field, addresses.getFirst(), problems)
                        .filter(address -> isOf(family, address, field, problems))
                        .ifPresent(address -> entries.add(entry(address, endpoint)));
            }
        }
        return entries;
    }

    private static boolean isOf(
            IpFamily family, IpAddress address, String field, Problems problems) {
        if (address.family() != family) {
            problems.add(
                    "InvalidAddress",
                    field + " " + address + " is not of the slice's addressType " + family.label());
        }
        return address.family() == family;
    }

    private Entry entry(IpAddress address, Endpoint endpoint) {
        EndpointConditions conditions =
                Objects.requireNonNullElseGet(endpoint.getConditions(), EndpointConditions::new);
        EndpointHints hints = endpoint.getHints();
        return new Entry(
                address,
                !Boolean.FALSE.equals(conditions.getReady()),
                !Boolean.FALSE.equals(conditions.getServing()),
                Boolean.TRUE.equals(conditions.getTerminating()),
                nodeName.equals(endpoint.getNodeName()),
                hints == null
                        ? List.of()
                        : names(Fields.list(hints.getForZones()), ForZone::getName),
                hints == null
                        ? List.of()
                        : names(Fields.list(hints.getForNodes()), ForNode::getName));
    }

    private <T> List<String> names(List<@Nullable T> hints, Function<T, @Nullable String> name) {
        List<String> names = new ArrayList<>(1);
        for (T hint : hints) {
            String text = hint == null ? "" : Fields.text(name.apply(hint));
            if (!text.isEmpty()) {
                names.add(shared.text(text));
            }
        }
        return shared.hints(names);
    }
}
