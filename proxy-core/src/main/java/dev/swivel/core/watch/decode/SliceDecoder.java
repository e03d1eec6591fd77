package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.EndpointSlice.Entry;
import dev.swivel.core.model.EndpointSlice.Port;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    Optional<EndpointSlice> decode(JsonNode slice, Problems problems) {
        JsonNode metadata = slice.path("metadata");
        JsonNode labels = Fields.object(metadata.path("labels"));
        String owner = Fields.text(labels.path(OWNER));
        if (labels.has(HEADLESS) || owner.isEmpty()) {
            return Optional.empty();
        }
        String name = Fields.text(metadata.path("name"));
        if (name.isEmpty()) {
            problems.add("InvalidName", "metadata.name is missing");
            return Optional.empty();
        }
        Optional<ServiceName> service =
                owner(Fields.text(metadata.path("namespace")), owner, problems);
        Optional<IpFamily> family = family(Fields.textOrNull(slice.path("addressType")), problems);
        if (service.isEmpty() || family.isEmpty()) {
            return Optional.empty();
        }
        String trigger =
                Fields.textOrNull(Fields.object(metadata.path("annotations")).path(TRIGGER));
        return Optional.of(
                new EndpointSlice(
                        service.get(),
                        name,
                        family.get(),
                        shared.slicePorts(
                                ports(service.get(), Fields.list(slice.path("ports")), problems)),
                        entries(family.get(), Fields.list(slice.path("endpoints")), problems),
                        Fields.time("annotation " + TRIGGER, trigger, problems)));
    }

    private Optional<ServiceName> owner(String namespace, String owner, Problems problems) {
        try {
            return Optional.of(shared.name(namespace, owner));
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

    private static List<Port> ports(ServiceName service, List<JsonNode> ports, Problems problems) {
        List<Port> decoded = new ArrayList<>();
        Set<ServicePortName> seen = new HashSet<>();
        int index = 0;
        for (JsonNode port : ports) {
            port("ports[" + index++ + "]", service, port, seen, problems).ifPresent(decoded::add);
        }
        return decoded;
    }

    /// Keeps the first of the ports that share name and protocol: the API allows one.
    private static Optional<Port> port(
            String field,
            ServiceName service,
            JsonNode port,
            Set<ServicePortName> seen,
            Problems problems) {
        String text = Fields.textOrNull(Fields.object(port).path("name"));
        if (text == null) {
            problems.add("InvalidPort", field + " has no name: ports are matched by name");
            return Optional.empty();
        }
        Optional<Protocol> protocol =
                Fields.protocol(
                        field + ".protocol", Fields.textOrNull(port.path("protocol")), problems);
        if (protocol.isEmpty()) {
            return Optional.empty();
        }
        Integer number = Fields.number(port.path("port"));
        if (number == null || !Fields.isPort(number)) {
            problems.add(
                    "InvalidPort", field + ".port " + number + " is not a number from 1 to 65535");
            return Optional.empty();
        }
        try {
            ServicePortName name = new ServicePortName(service, text, protocol.get());
            if (seen.add(name)) {
                return Optional.of(new Port(name.port(), name.protocol(), number));
            }
            problems.add(
                    "DuplicatePort", field + " repeats the name " + Problem.quoted(name.port()));
        } catch (IllegalArgumentException e) {
            problems.add("InvalidPort", field + ".name: " + e.getMessage());
        }
        return Optional.empty();
    }

    private List<Entry> entries(IpFamily family, List<JsonNode> endpoints, Problems problems) {
        List<Entry> entries = new ArrayList<>(endpoints.size());
        int index = 0;
        for (JsonNode endpoint : endpoints) {
            String field = "endpoints[" + index++ + "].addresses[0]";
            // The first address alone counts; an endpoint without one is not an error.
            List<@Nullable String> addresses =
                    Fields.texts(Fields.object(endpoint).path("addresses"));
            if (!addresses.isEmpty()) {
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

    private Entry entry(IpAddress address, JsonNode endpoint) {
        JsonNode conditions = Fields.object(endpoint.path("conditions"));
        JsonNode hints = Fields.object(endpoint.path("hints"));
        return new Entry(
                address,
                Fields.flag(conditions.path("ready"), true),
                Fields.flag(conditions.path("serving"), true),
                Fields.flag(conditions.path("terminating"), false),
                nodeName.equals(Fields.textOrNull(endpoint.path("nodeName"))),
                names(hints.path("forZones")),
                names(hints.path("forNodes")));
    }

    private List<String> names(JsonNode hints) {
        List<String> names = new ArrayList<>(hints.size());
        for (JsonNode hint : Fields.list(hints)) {
            String text = Fields.text(Fields.object(hint).path("name"));
            if (!text.isEmpty()) {
                names.add(shared.text(text));
            }
        }
        return shared.hints(names);
    }
}
