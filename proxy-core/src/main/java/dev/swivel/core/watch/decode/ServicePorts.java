package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.Service.Port;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `spec.ports` of one Service. Of ports that contradict each other the first is kept.
final class ServicePorts {
    private record Claim(Protocol protocol, int port) {}

    private final ServiceName service;
    private final Problems problems;
    private final Set<ServicePortName> names = new HashSet<>();
    private final Set<Claim> ports = new HashSet<>();
    private final Set<Claim> nodePorts = new HashSet<>();

    private ServicePorts(ServiceName service, Problems problems) {
        this.service = service;
        this.problems = problems;
    }

    static List<Port> decode(ServiceName service, List<JsonNode> list, Problems problems) {
        ServicePorts decoder = new ServicePorts(service, problems);
        List<Port> decoded = new ArrayList<>();
        int index = 0;
        for (JsonNode port : list) {
            String field = "spec.ports[" + index++ + "]";
            if (port.isNull()) {
                problems.add("InvalidPort", field + " is null");
            } else {
                decoder.port(field, Fields.object(port)).ifPresent(decoded::add);
            }
        }
        return decoded;
    }

    private Optional<Port> port(String field, JsonNode port) {
        Optional<Protocol> protocol =
                Fields.protocol(
                        field + ".protocol", Fields.textOrNull(port.path("protocol")), problems);
        if (protocol.isEmpty()) {
            return Optional.empty();
        }
        Integer number = Fields.number(port.path("port"));
        if (number == null || !Fields.isPort(number)) {
            problems.add("InvalidPort", outOfRange(field + ".port", number));
            return Optional.empty();
        }
        Integer nodePort = Fields.number(port.path("nodePort"));
        return name(field, Fields.text(port.path("name")), protocol.get())
                .filter(name -> isNew(field, name, number))
                .map(name ->
                        new Port(
                                name.port(),
                                name.protocol(),
                                number,
                                nodePort(field, name.protocol(), nodePort)));
    }

    private Optional<ServicePortName> name(String field, String name, Protocol protocol) {
        try {
            return Optional.of(new ServicePortName(service, name, protocol));
        } catch (IllegalArgumentException e) {
            problems.add("InvalidPort", field + ".name: " + e.getMessage());
            return Optional.empty();
        }
    }

    private boolean isNew(String field, ServicePortName name, int port) {
        if (names.contains(name)) {
            problems.add(
                    "DuplicatePort", field + " repeats the name " + Problem.quoted(name.port()));
            return false;
        }
        if (!ports.add(new Claim(name.protocol(), port))) {
            problems.add("DuplicatePort", field + " repeats " + name.protocol() + " port " + port);
            return false;
        }
        names.add(name);
        return true;
    }

    /// The port is served without its node port if that cannot be used.
    private int nodePort(String field, Protocol protocol, @Nullable Integer nodePort) {
        if (nodePort == null || nodePort == 0) {
            return 0;
        }
        if (!Fields.isPort(nodePort)) {
            problems.add("InvalidNodePort", outOfRange(field + ".nodePort", nodePort));
            return 0;
        }
        if (!nodePorts.add(new Claim(protocol, nodePort))) {
            problems.add(
                    "DuplicateNodePort",
                    field + ".nodePort repeats " + protocol + " node port " + nodePort);
            return 0;
        }
        return nodePort;
    }

    private static String outOfRange(String field, @Nullable Integer value) {
        return field + " " + value + " is not a number from 1 to 65535";
    }
}
