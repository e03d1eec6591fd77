package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.swivel.lab.api.store.Json;
import java.util.HashSet;
import java.util.List;

/// What makes a Service invalid.
final class ServiceValidation {
    private static final List<String> TYPES =
            List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final List<String> AFFINITIES = List.of("ClientIP", "None");
    private static final List<String> POLICIES = List.of("Cluster", "Local");
    private static final List<String> FAMILY_POLICIES =
            List.of("PreferDualStack", "RequireDualStack", "SingleStack");
    private static final int MAX_AFFINITY_SECONDS = 86_400;
    private static final String PORT_RULE = "must be between 1 and 65535, inclusive";

    private final ServiceSpec spec;
    private final ObjectNode json;
    private final Violations violations;

    private ServiceValidation(ServiceSpec spec, Violations violations) {
        this.spec = spec;
        this.json = spec.json();
        this.violations = violations;
    }

    static void validate(ObjectNode service, Violations violations) {
        var name = service.path("metadata").path("name");
        if (!Names.isLabel1035(name.asText(""))) {
            violations.invalid("metadata.name", name, Names.LABEL_1035_RULE);
        }
        new ServiceValidation(ServiceSpec.of(service), violations).run();
    }

    private void run() {
        oneOf("type", TYPES);
        oneOf("sessionAffinity", AFFINITIES);
        ports();
        affinityTimeout();
        addresses();
        policies();
        if (spec.isExternalName()) {
            var name = json.path("externalName");
            var host = name.asText("").replaceFirst("\\.$", "");
            if (host.isEmpty()) {
                violations.required("spec.externalName", "");
            } else if (!Names.isSubdomain(host)) {
                violations.invalid("spec.externalName", name, Names.SUBDOMAIN_RULE);
            }
        }
    }

    private void oneOf(String field, List<String> choices) {
        if (!choices.contains(Json.text(json, field))) {
            violations.unsupported("spec." + field, json.path(field), choices);
        }
    }

    private void ports() {
        var ports = spec.ports();
        if (ports.isEmpty() && !spec.isExternalName() && !spec.isHeadless()) {
            violations.required("spec.ports", "");
        }
        var names = new HashSet<String>();
        var numbers = new HashSet<String>();
        var nodePorts = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            var at = "spec.ports[%d]".formatted(i);
            port(port, at, ports.size() > 1);
            var name = Json.text(port, "name");
            if (!name.isEmpty() && !names.add(name)) {
                violations.duplicate(at + ".name", port.path("name"));
            }
            var protocol = Json.text(port, "protocol");
            if (!numbers.add(protocol + port.path("port"))) {
                var what = Json.object();
                what.set("port", port.path("port"));
                violations.duplicate(at, what.put("protocol", protocol));
            }
            int nodePort = port.path("nodePort").asInt();
            if (nodePort != 0 && !nodePorts.add(protocol + nodePort)) {
                violations.duplicate(at + ".nodePort", port.path("nodePort"));
            }
        }
    }

    private void port(ObjectNode port, String at, boolean nameRequired) {
        var name = port.path("name");
        if (name.asText("").isEmpty()) {
            if (nameRequired) {
                violations.required(at + ".name", "");
            }
        } else if (!Names.isLabel(name.asText())) {
            violations.invalid(at + ".name", name, Names.LABEL_RULE);
        }
        if (!isPort(port.path("port"))) {
            violations.invalid(at + ".port", port.path("port"), PORT_RULE);
        }
        if (!PROTOCOLS.contains(Json.text(port, "protocol"))) {
            violations.unsupported(at + ".protocol", port.path("protocol"), PROTOCOLS);
        }
        var target = port.path("targetPort");
        if (target.isTextual() && !Names.isPortName(target.textValue())) {
            violations.invalid(
                    at + ".targetPort",
                    target,
                    "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        } else if (target.isNumber() && !isPort(target)) {
            violations.invalid(at + ".targetPort", target, PORT_RULE);
        }
        if (port.path("nodePort").asInt() != 0 && !spec.mayHaveNodePorts()) {
            violations.forbidden(at + ".nodePort", "may not be used when `type` is 'ClusterIP'");
        }
    }

    private static boolean isPort(JsonNode number) {
        return number.isInt() && number.intValue() >= 1 && number.intValue() <= 65_535;
    }

    private void affinityTimeout() {
        var timeout = json.path("sessionAffinityConfig").path("clientIP").path("timeoutSeconds");
        if (timeout.isMissingNode()) {
            return;
        }
        if (timeout.asInt() <= 0 || timeout.asInt() > MAX_AFFINITY_SECONDS) {
            violations.invalid(
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                    timeout,
                    "must be greater than 0 and less than " + MAX_AFFINITY_SECONDS);
        }
    }

    private void addresses() {
        eachAddress("externalIPs");
        if (!spec.isHeadless()) {
            eachAddress("clusterIPs");
        }
        int i = 0;
        for (JsonNode range : json.path("loadBalancerSourceRanges")) {
            if (!Addresses.isCidr(range.asText("").strip())) {
                violations.invalid(
                        "spec.loadBalancerSourceRanges[%d]".formatted(i),
                        range,
                        "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            }
            i++;
        }
    }

    private void eachAddress(String field) {
        int i = 0;
        for (String address : spec.strings(field)) {
            var at = "spec.%s[%d]".formatted(field, i++);
            var parsed = Addresses.parse(address);
            if (parsed.isEmpty()) {
                violations.invalid(at, TextNode.valueOf(address), Addresses.RULE);
            } else if (parsed.get().isLoopbackAddress()
                    || parsed.get().isLinkLocalAddress()
                    || parsed.get().isAnyLocalAddress()) {
                violations.invalid(
                        at,
                        TextNode.valueOf(address),
                        "may not be unspecified, in the loopback range or in the link-local range");
            }
        }
    }

    private void policies() {
        if (!Json.text(json, "internalTrafficPolicy").isEmpty()) {
            oneOf("internalTrafficPolicy", POLICIES);
        }
        if (!Json.text(json, "externalTrafficPolicy").isEmpty()) {
            oneOf("externalTrafficPolicy", POLICIES);
            if (!spec.isReachableFromOutside()) {
                violations.invalid(
                        "spec.externalTrafficPolicy",
                        json.path("externalTrafficPolicy"),
                        "may only be set for externally-accessible services");
            }
        }
        if (!Json.text(json, "ipFamilyPolicy").isEmpty()) {
            oneOf("ipFamilyPolicy", FAMILY_POLICIES);
        }
    }
}
