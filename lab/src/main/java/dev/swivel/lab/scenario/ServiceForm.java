package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/// `Service: NAME`: the fields of a Service, with IPv4 addresses doubled by their twins and with
/// what an API server defaults. A port may be a number, or `53/udp`.
final class ServiceForm {
    private final Set<IpFamily> families;

    ServiceForm(Set<IpFamily> families) {
        this.families = families;
    }

    ObjectNode complete(ObjectNode form) {
        ObjectForms.allowOnly(form, "Service", "labels", "annotations", "spec", "status");
        ObjectNode service = ObjectForms.manifest("v1", "Service", form.path("Service").asText());
        ObjectForms.copyMetadata(form, service);
        ObjectNode spec =
                form.get("spec") instanceof ObjectNode given
                        ? given.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
        service.set("spec", spec);
        completeSpec(spec);
        if (form.get("status") instanceof ObjectNode status) {
            service.set("status", status.deepCopy());
            ingress((ObjectNode) service.get("status"));
        }
        return service;
    }

    private void completeSpec(ObjectNode spec) {
        if (!spec.has("type")) {
            spec.put("type", "ClusterIP");
        }
        String clusterIp = spec.path("clusterIP").asText();
        if (!clusterIp.isEmpty() && !clusterIp.equals("None")) {
            ArrayNode ips = addresses(spec.path("clusterIP"));
            spec.set("clusterIP", ips.get(0));
            spec.set("clusterIPs", ips);
            ArrayNode names = spec.putArray("ipFamilies");
            ips.forEach(ip -> names.add(ip.asText().contains(":") ? "IPv6" : "IPv4"));
        }
        ArrayNode ports = JsonNodeFactory.instance.arrayNode();
        ObjectForms.list(spec.path("ports")).forEach(port -> ports.add(port(port)));
        spec.set("ports", ports);
        if (spec.has("externalIPs")) {
            spec.set("externalIPs", addresses(spec.get("externalIPs")));
        }
        if (spec.has("loadBalancerSourceRanges")) {
            spec.set(
                    "loadBalancerSourceRanges",
                    twins(spec.get("loadBalancerSourceRanges"), Twins::ofRange));
        }
    }

    private void ingress(ObjectNode status) {
        if (!(status.path("loadBalancer") instanceof ObjectNode balancer)) {
            return;
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (JsonNode each : ObjectForms.list(balancer.path("ingress"))) {
            if (!each.has("ip")) {
                all.add(each);
                continue;
            }
            for (JsonNode ip : addresses(each.get("ip"))) {
                ObjectNode twin = ((ObjectNode) each).deepCopy();
                twin.set("ip", ip);
                all.add(twin);
            }
        }
        balancer.set("ingress", all);
    }

    /// A port as Kubernetes has it: with its protocol.
    static ObjectNode port(JsonNode given) {
        if (given instanceof ObjectNode whole) {
            ObjectNode port = whole.deepCopy();
            if (!port.has("protocol")) {
                port.put("protocol", "TCP");
            }
            return port;
        }
        String[] part = given.asText().split("/", -1);
        return JsonNodeFactory.instance
                .objectNode()
                .put("port", Integer.parseInt(part[0]))
                .put("protocol", part.length == 1 ? "TCP" : part[1].toUpperCase(Locale.ROOT));
    }

    private ArrayNode addresses(JsonNode given) {
        return twins(given, text -> Twins.of(IpAddress.of(text)).toString());
    }

    /// Of each text: itself, its twin, or both, as the families want. A text that is IPv6 already
    /// has no twin.
    private ArrayNode twins(JsonNode given, UnaryOperator<String> twin) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (JsonNode each : ObjectForms.list(given)) {
            String text = each.asText();
            boolean six = text.contains(":");
            if (six || families.contains(IpFamily.IPV4)) {
                all.add(text);
            }
            if (!six && families.contains(IpFamily.IPV6)) {
                all.add(twin.apply(text));
            }
        }
        return all;
    }
}
