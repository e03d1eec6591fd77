package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;

/// What the API fills into a Service when it is left out.
final class ServiceDefaults {
    private static final int AFFINITY_SECONDS = 10_800;

    private ServiceDefaults() {}

    static void apply(ObjectNode service) {
        var spec = ServiceSpec.of(service);
        var json = spec.json();
        spec.ports().forEach(ServiceDefaults::applyToPort);
        setIfAbsent(json, "type", "ClusterIP");
        setIfAbsent(json, "sessionAffinity", "None");
        applyToAffinity(json);
        if (spec.isReachableFromOutside()) {
            setIfAbsent(json, "externalTrafficPolicy", "Cluster");
        }
        if (!spec.isExternalName()) {
            setIfAbsent(json, "internalTrafficPolicy", "Cluster");
        }
        if (spec.isLoadBalancer() && Json.absent(json, "allocateLoadBalancerNodePorts")) {
            json.put("allocateLoadBalancerNodePorts", true);
        }
        var balancer = Json.child(Json.child(service, "status"), "loadBalancer");
        for (JsonNode ingress : balancer.path("ingress")) {
            if (ingress instanceof ObjectNode object && !Json.text(object, "ip").isEmpty()) {
                setIfAbsent(object, "ipMode", "VIP");
            }
        }
    }

    private static void applyToPort(ObjectNode port) {
        setIfAbsent(port, "protocol", "TCP");
        var target = port.path("targetPort");
        boolean unset =
                target.isMissingNode()
                        || target.isNull()
                        || (target.isInt() && target.intValue() == 0)
                        || (target.isTextual() && target.textValue().isEmpty());
        if (unset && port.has("port")) {
            port.set("targetPort", port.get("port"));
        }
    }

    private static void applyToAffinity(ObjectNode spec) {
        if (Json.text(spec, "sessionAffinity").equals("ClientIP")) {
            var client = Json.child(Json.child(spec, "sessionAffinityConfig"), "clientIP");
            if (Json.absent(client, "timeoutSeconds")) {
                client.put("timeoutSeconds", AFFINITY_SECONDS);
            }
        } else {
            spec.remove("sessionAffinityConfig");
        }
    }

    private static void setIfAbsent(ObjectNode node, String field, String value) {
        if (Json.text(node, field).isEmpty()) {
            node.put(field, value);
        }
    }
}
