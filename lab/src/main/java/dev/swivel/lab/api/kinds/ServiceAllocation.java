package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.api.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cluster addresses and node ports of all Services. Choosing one claims nothing: what counts is
/// what is committed, so a refused or dry-run request leaves no trace.
final class ServiceAllocation implements Store.CommitListener {
    private final ClusterIps ipv4 = new ClusterIps("10.96.0.0", 16);
    private final ClusterIps ipv6 = new ClusterIps("fd00:10:96::", 112);
    private final NodePorts nodePorts = new NodePorts();

    @Override
    public void committed(ResourceType type, String key, @Nullable ObjectNode now) {
        if (!type.equals(ResourceTypes.SERVICES)) {
            return;
        }
        var addresses = new HashSet<String>();
        var ports = new HashSet<NodePorts.Port>();
        if (now != null && now.path("spec") instanceof ObjectNode json) {
            var spec = new ServiceSpec(json);
            addresses.addAll(spec.clusterIps());
            for (ObjectNode port : spec.ports()) {
                addPort(ports, Json.text(port, "protocol"), port.path("nodePort").asInt());
            }
            addPort(ports, "TCP", json.path("healthCheckNodePort").asInt());
        }
        ipv4.replace(key, addresses);
        ipv6.replace(key, addresses);
        nodePorts.replace(key, ports);
    }

    private static void addPort(Set<NodePorts.Port> ports, String protocol, int number) {
        if (number != 0) {
            ports.add(new NodePorts.Port(protocol, number));
        }
    }

    void allocate(ObjectNode service, Violations violations) {
        var spec = ServiceSpec.of(service);
        var metadata = service.path("metadata");
        var key =
                ResourceTypes.SERVICES.key(
                        Json.text(metadata, "namespace"), Json.text(metadata, "name"));
        if (spec.isExternalName()) {
            return;
        }
        ServiceFamilies.settle(spec, violations);
        if (spec.isHeadless()) {
            spec.json().putArray("clusterIPs").add("None");
        } else if (violations.isEmpty()) {
            allocateAddresses(spec, key, violations);
        }
        allocateNodePorts(spec, key, violations);
        allocateHealthCheckPort(spec, key, violations);
    }

    private void allocateAddresses(ServiceSpec spec, String key, Violations violations) {
        var addresses = new ArrayList<>(spec.clusterIps());
        var families = spec.strings("ipFamilies");
        for (int i = 0; i < families.size(); i++) {
            var range = families.get(i).equals(ServiceFamilies.IPV4) ? ipv4 : ipv6;
            if (i >= addresses.size()) {
                addresses.add(range.allocate(key));
                continue;
            }
            var refusal = range.refusal(key, addresses.get(i));
            if (!refusal.isEmpty()) {
                var value = Json.object().putArray("clusterIPs");
                addresses.forEach(value::add);
                violations.invalid("spec.clusterIPs", value, refusal);
            }
        }
        spec.setStrings("clusterIPs", addresses);
        spec.json().put("clusterIP", addresses.get(0));
    }

    private void allocateNodePorts(ServiceSpec spec, String key, Violations violations) {
        if (!spec.mayHaveNodePorts()) {
            return;
        }
        var ports = spec.ports();
        var used = new HashSet<Integer>();
        // One number for a port that is offered over several protocols.
        Map<Integer, Integer> numbers = new HashMap<>();
        Map<Integer, Set<String>> protocols = new HashMap<>();
        for (int i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            int nodePort = port.path("nodePort").asInt();
            var protocol = Json.text(port, "protocol");
            protocols
                    .computeIfAbsent(port.path("port").asInt(), _ -> new LinkedHashSet<>())
                    .add(protocol);
            if (nodePort != 0) {
                check("spec.ports[%d].nodePort".formatted(i), protocol, nodePort, key, violations);
                used.add(nodePort);
                numbers.putIfAbsent(port.path("port").asInt(), nodePort);
            }
        }
        if (!spec.needsNodePorts()) {
            return;
        }
        for (ObjectNode port : ports) {
            if (port.path("nodePort").asInt() != 0) {
                continue;
            }
            int number = port.path("port").asInt();
            var chosen = numbers.get(number);
            if (chosen == null) {
                chosen = nodePorts.allocate(key, protocols.getOrDefault(number, Set.of()), used);
                numbers.put(number, chosen);
                used.add(chosen);
            }
            port.put("nodePort", chosen);
        }
    }

    private void allocateHealthCheckPort(ServiceSpec spec, String key, Violations violations) {
        if (!spec.needsHealthCheckNodePort()) {
            return;
        }
        int number = spec.json().path("healthCheckNodePort").asInt();
        if (number != 0) {
            check("spec.healthCheckNodePort", "TCP", number, key, violations);
            return;
        }
        var used = new HashSet<Integer>();
        spec.ports().forEach(port -> used.add(port.path("nodePort").asInt()));
        spec.json().put("healthCheckNodePort", nodePorts.allocate(key, Set.of("TCP"), used));
    }

    private void check(
            String field, String protocol, int number, String key, Violations violations) {
        if (number < NodePorts.FIRST || number > NodePorts.LAST) {
            violations.invalid(
                    field,
                    IntNode.valueOf(number),
                    "provided port is not in the valid range. The range of valid ports is "
                            + NodePorts.FIRST
                            + "-"
                            + NodePorts.LAST);
        } else if (nodePorts.isTakenByOther(new NodePorts.Port(protocol, number), key)) {
            violations.invalid(
                    field, IntNode.valueOf(number), "provided port is already allocated");
        }
    }

    /// Reports an address that was changed after it was given out.
    static void validateUnchanged(ServiceSpec spec, ServiceSpec old, Violations violations) {
        var before = old.clusterIp();
        if (spec.isExternalName() || before.isEmpty() || old.isExternalName()) {
            return;
        }
        if (!spec.clusterIp().equals(before)) {
            var value = Json.object().putArray("clusterIPs");
            value.add(TextNode.valueOf(spec.clusterIp()));
            violations.invalid("spec.clusterIPs[0]", value, "may not change once set");
        }
    }
}
