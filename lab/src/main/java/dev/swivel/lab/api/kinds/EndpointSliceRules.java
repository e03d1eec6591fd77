package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import java.util.HashSet;
import java.util.List;

/// EndpointSlices.
final class EndpointSliceRules implements KindRules {
    private static final List<String> TYPES = List.of("FQDN", "IPv4", "IPv6");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final int MAX_ENDPOINTS = 1_000;
    private static final int MAX_ADDRESSES = 100;
    private static final int MAX_PORTS = 20_000;

    // The two lists are never left out, and storage does not tell an empty list from none.
    @Override
    public void applyDefaults(ObjectNode slice) {
        for (String list : new String[] {"endpoints", "ports"}) {
            if (slice.path(list).isEmpty()) {
                slice.putNull(list);
            }
        }
        for (JsonNode endpoint : slice.path("endpoints")) {
            if (endpoint instanceof ObjectNode object && Json.absent(object, "conditions")) {
                object.putObject("conditions");
            }
        }
        for (JsonNode port : slice.path("ports")) {
            if (port instanceof ObjectNode object) {
                if (Json.absent(object, "name")) {
                    object.put("name", "");
                }
                if (Json.absent(object, "protocol")) {
                    object.put("protocol", "TCP");
                }
            }
        }
    }

    @Override
    public void validate(ObjectNode slice, Violations violations) {
        var name = slice.path("metadata").path("name");
        if (!Names.isSubdomain(name.asText(""))) {
            violations.invalid("metadata.name", name, Names.SUBDOMAIN_RULE);
        }
        var type = Json.text(slice, "addressType");
        if (type.isEmpty()) {
            violations.required("addressType", "");
        } else if (!TYPES.contains(type)) {
            violations.unsupported("addressType", slice.path("addressType"), TYPES);
        }
        endpoints(slice.path("endpoints"), type, violations);
        ports(slice.path("ports"), violations);
    }

    private static void endpoints(JsonNode endpoints, String type, Violations violations) {
        if (endpoints.size() > MAX_ENDPOINTS) {
            violations.tooMany("endpoints", endpoints.size(), MAX_ENDPOINTS);
            return;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            var at = "endpoints[%d]".formatted(i);
            var addresses = endpoints.get(i).path("addresses");
            if (addresses.isEmpty()) {
                violations.required(at + ".addresses", "must contain at least 1 address");
            } else if (addresses.size() > MAX_ADDRESSES) {
                violations.tooMany(at + ".addresses", addresses.size(), MAX_ADDRESSES);
            }
            for (int j = 0; j < addresses.size(); j++) {
                address(addresses.get(j), type, at + ".addresses[%d]".formatted(j), violations);
            }
        }
    }

    private static void address(JsonNode address, String type, String at, Violations violations) {
        var text = address.asText("");
        switch (type) {
            case "IPv4", "IPv6" -> {
                var parsed = Addresses.parse(text);
                if (parsed.isEmpty()) {
                    violations.invalid(at, address, Addresses.RULE);
                } else if (Addresses.isIpv4(text) != type.equals("IPv4")) {
                    violations.invalid(at, address, "must be an %s address".formatted(type));
                } else if (parsed.get().isLoopbackAddress()
                        || parsed.get().isLinkLocalAddress()
                        || parsed.get().isAnyLocalAddress()) {
                    violations.invalid(
                            at,
                            address,
                            "may not be unspecified, in the loopback range or in the link-local"
                                    + " range");
                }
            }
            case "FQDN" -> {
                if (!Names.isSubdomain(text)) {
                    violations.invalid(at, address, Names.SUBDOMAIN_RULE);
                }
            }
            default -> {} // reported as an unsupported addressType
        }
    }

    private static void ports(JsonNode ports, Violations violations) {
        if (ports.size() > MAX_PORTS) {
            violations.tooMany("ports", ports.size(), MAX_PORTS);
            return;
        }
        var names = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            var at = "ports[%d]".formatted(i);
            var name = Json.text(port, "name");
            if (!name.isEmpty() && !Names.isLabel(name)) {
                violations.invalid(at + ".name", port.path("name"), Names.LABEL_RULE);
            }
            if (!names.add(name)) {
                violations.duplicate(at + ".name", port.path("name"));
            }
            if (!PROTOCOLS.contains(Json.text(port, "protocol"))) {
                violations.unsupported(at + ".protocol", port.path("protocol"), PROTOCOLS);
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode slice, ObjectNode old, Violations violations) {
        if (!slice.path("addressType").equals(old.path("addressType"))) {
            violations.invalid("addressType", slice.path("addressType"), "field is immutable");
        }
    }

    @Override
    public boolean countsGenerations() {
        return true;
    }
}
