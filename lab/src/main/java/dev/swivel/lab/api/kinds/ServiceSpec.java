package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import java.util.ArrayList;
import java.util.List;

/// Questions about the spec of a Service tree, in one place.
///
/// @param json the spec; changes go through to the Service
record ServiceSpec(ObjectNode json) {

    static ServiceSpec of(ObjectNode service) {
        return new ServiceSpec(Json.child(service, "spec"));
    }

    String type() {
        return Json.text(json, "type");
    }

    boolean isExternalName() {
        return type().equals("ExternalName");
    }

    boolean isLoadBalancer() {
        return type().equals("LoadBalancer");
    }

    boolean isHeadless() {
        return !isExternalName() && clusterIp().equals("None");
    }

    boolean hasSelector() {
        return !json.path("selector").isEmpty();
    }

    /// Whether traffic from outside the cluster can reach it.
    boolean isReachableFromOutside() {
        return type().equals("NodePort")
                || isLoadBalancer()
                || (type().equals("ClusterIP") && !json.path("externalIPs").isEmpty());
    }

    /// Whether its ports may have node ports.
    boolean mayHaveNodePorts() {
        return type().equals("NodePort") || isLoadBalancer();
    }

    /// Whether its ports get node ports without asking.
    boolean needsNodePorts() {
        return type().equals("NodePort")
                || (isLoadBalancer() && json.path("allocateLoadBalancerNodePorts").asBoolean(true));
    }

    boolean needsHealthCheckNodePort() {
        return isLoadBalancer() && Json.text(json, "externalTrafficPolicy").equals("Local");
    }

    String clusterIp() {
        return Json.text(json, "clusterIP");
    }

    List<String> clusterIps() {
        return strings("clusterIPs");
    }

    List<String> strings(String field) {
        var values = new ArrayList<String>();
        json.path(field).forEach(value -> values.add(value.asText("")));
        return values;
    }

    void setStrings(String field, List<String> values) {
        var array = json.putArray(field);
        values.forEach(array::add);
    }

    /// The ports that are objects; anything else in the list is for validation to find.
    List<ObjectNode> ports() {
        var ports = new ArrayList<ObjectNode>();
        if (json.path("ports") instanceof ArrayNode array) {
            for (JsonNode port : array) {
                if (port instanceof ObjectNode object) {
                    ports.add(object);
                }
            }
        }
        return ports;
    }
}
