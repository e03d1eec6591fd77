package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import java.util.HashMap;

/// Services: defaults, validation, cluster addresses and node ports.
final class ServiceRules implements KindRules {
    private final ServiceAllocation allocation;

    ServiceRules(ServiceAllocation allocation) {
        this.allocation = allocation;
    }

    @Override
    public void applyDefaults(ObjectNode service) {
        ServiceDefaults.apply(service);
    }

    @Override
    public void prepareCreate(ObjectNode service) {
        var spec = ServiceSpec.of(service);
        if (spec.isExternalName()) {
            dropAddresses(spec.json());
            return;
        }
        var addresses = spec.clusterIps();
        if (addresses.isEmpty() && !spec.clusterIp().isEmpty()) {
            spec.json().putArray("clusterIPs").add(spec.clusterIp());
        } else if (!addresses.isEmpty() && spec.clusterIp().isEmpty()) {
            spec.json().put("clusterIP", addresses.get(0));
        }
    }

    @Override
    public void prepareUpdate(ObjectNode service, ObjectNode before) {
        var spec = ServiceSpec.of(service);
        var old = ServiceSpec.of(before);
        if (spec.isExternalName()) {
            dropAddresses(spec.json());
        } else {
            keepAddresses(spec, old);
        }
        if (spec.mayHaveNodePorts()) {
            keepNodePorts(spec, old);
        } else if (old.mayHaveNodePorts()) {
            spec.ports().forEach(port -> dropNodePort(port, old));
        }
        settleHealthCheckPort(spec.json(), spec, old);
        if (!spec.isReachableFromOutside() && same(spec, old, "externalTrafficPolicy")) {
            spec.json().remove("externalTrafficPolicy");
        }
        if (!spec.isLoadBalancer()) {
            dropIfSame(spec, old, "allocateLoadBalancerNodePorts");
            dropIfSame(spec, old, "loadBalancerClass");
            Json.child(Json.child(service, "status"), "loadBalancer").removeAll();
        }
    }

    private static void dropAddresses(ObjectNode spec) {
        spec.remove("clusterIP");
        spec.remove("clusterIPs");
        spec.remove("ipFamilies");
        spec.remove("ipFamilyPolicy");
        spec.remove("internalTrafficPolicy");
    }

    /// A client that leaves the address out wants the one it has; one that names only the old
    /// singular field means both.
    private static void keepAddresses(ServiceSpec spec, ServiceSpec old) {
        var json = spec.json();
        if (spec.clusterIp().isEmpty() && !old.clusterIp().isEmpty()) {
            json.put("clusterIP", old.clusterIp());
        }
        var addresses = spec.clusterIps();
        if (addresses.isEmpty() && spec.clusterIp().equals(old.clusterIp())) {
            spec.setStrings("clusterIPs", old.clusterIps());
        } else if (!spec.clusterIp().isEmpty()
                && (addresses.isEmpty() || !addresses.get(0).equals(spec.clusterIp()))) {
            json.putArray("clusterIPs").add(spec.clusterIp());
        }
        if (spec.clusterIps().isEmpty()) {
            json.remove("clusterIPs");
        }
        for (String field : new String[] {"ipFamilies", "ipFamilyPolicy"}) {
            if (Json.absent(json, field) && old.json().has(field)) {
                json.set(field, old.json().get(field));
            }
        }
    }

    private static void keepNodePorts(ServiceSpec spec, ServiceSpec old) {
        var before = new HashMap<String, Integer>();
        var taken = new HashMap<Integer, String>();
        old.ports().forEach(port -> before.put(identity(port), port.path("nodePort").asInt()));
        spec.ports().forEach(port -> taken.put(port.path("nodePort").asInt(), identity(port)));
        for (ObjectNode port : spec.ports()) {
            int kept = before.getOrDefault(identity(port), 0);
            if (port.path("nodePort").asInt() == 0 && kept != 0 && !taken.containsKey(kept)) {
                port.put("nodePort", kept);
            }
        }
    }

    private static String identity(ObjectNode port) {
        return Json.text(port, "protocol") + port.path("port").asInt();
    }

    /// The type went back to one without node ports: what the server gave out goes with it.
    private static void dropNodePort(ObjectNode port, ServiceSpec old) {
        int number = port.path("nodePort").asInt();
        if (old.ports().stream().anyMatch(each -> each.path("nodePort").asInt() == number)) {
            port.remove("nodePort");
        }
    }

    private static void settleHealthCheckPort(ObjectNode json, ServiceSpec spec, ServiceSpec old) {
        if (!spec.needsHealthCheckNodePort()) {
            dropIfSame(spec, old, "healthCheckNodePort");
        } else if (json.path("healthCheckNodePort").asInt() == 0
                && old.json().has("healthCheckNodePort")) {
            json.set("healthCheckNodePort", old.json().get("healthCheckNodePort"));
        }
    }

    private static boolean same(ServiceSpec spec, ServiceSpec old, String field) {
        return spec.json().path(field).equals(old.json().path(field));
    }

    private static void dropIfSame(ServiceSpec spec, ServiceSpec old, String field) {
        if (same(spec, old, field)) {
            spec.json().remove(field);
        }
    }

    @Override
    public void validate(ObjectNode service, Violations violations) {
        ServiceValidation.validate(service, violations);
    }

    @Override
    public void validateUpdate(ObjectNode service, ObjectNode old, Violations violations) {
        ServiceAllocation.validateUnchanged(
                ServiceSpec.of(service), ServiceSpec.of(old), violations);
    }

    @Override
    public void allocate(ObjectNode service, Violations violations) {
        allocation.allocate(service, violations);
    }

    @Override
    public boolean returnsDeleted() {
        return true;
    }
}
