package dev.swivel.lab.api.http;

import static dev.swivel.lab.api.http.Column.AGE;
import static dev.swivel.lab.api.http.Column.NAME;
import static dev.swivel.lab.api.http.Column.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The columns of each resource, as the real server prints them.
final class Columns {
    private static final String NONE = "<none>";
    private static final String UNSET = "<unset>";
    private static final int SHOWN_ITEMS = 3;
    private static final String ROLE = "node-role.kubernetes.io/";

    private static final Map<String, List<Column>> BY_STORAGE =
            Map.of(
                    "services",
                    List.of(
                            NAME,
                            text("Type", service -> Json.text(service.path("spec"), "type")),
                            text("Cluster-IP", Columns::clusterIp),
                            text("External-IP", Columns::externalIp),
                            text("Port(s)", Columns::servicePorts),
                            AGE,
                            text("Selector", Columns::selector).wide()),
                    "endpointslices",
                    List.of(
                            NAME,
                            text("AddressType", slice -> Json.text(slice, "addressType")),
                            text("Ports", Columns::slicePorts),
                            text("Endpoints", Columns::sliceAddresses),
                            AGE),
                    "nodes",
                    List.of(
                            NAME,
                            text("Status", Columns::nodeStatus),
                            text("Roles", Columns::nodeRoles),
                            AGE,
                            text("Version", node -> nodeInfo(node, "kubeletVersion", "")),
                            text("Internal-IP", node -> nodeAddress(node, "InternalIP")).wide(),
                            text("External-IP", node -> nodeAddress(node, "ExternalIP")).wide(),
                            text("OS-Image", node -> nodeInfo(node, "osImage", "<unknown>")).wide(),
                            text(
                                            "Kernel-Version",
                                            node -> nodeInfo(node, "kernelVersion", "<unknown>"))
                                    .wide(),
                            text(
                                            "Container-Runtime",
                                            node ->
                                                    nodeInfo(
                                                            node,
                                                            "containerRuntimeVersion",
                                                            "<unknown>"))
                                    .wide()),
                    "namespaces",
                    List.of(
                            NAME,
                            text("Status", each -> Json.text(each.path("status"), "phase")),
                            AGE),
                    "events",
                    EventColumns.ALL,
                    "configmaps",
                    List.of(
                            NAME,
                            new Column(
                                    "Data",
                                    "string",
                                    "",
                                    0,
                                    map ->
                                            IntNode.valueOf(
                                                    map.path("data").size()
                                                            + map.path("binaryData").size())),
                            AGE),
                    "servicecidrs",
                    List.of(
                            NAME,
                            text("CIDRs", cidr -> join(cidr.path("spec").path("cidrs"))),
                            AGE));

    private static final List<Column> DEFAULT =
            List.of(
                    NAME,
                    new Column(
                            "Created At",
                            "date",
                            "",
                            0,
                            object -> object.path("metadata").path("creationTimestamp")));

    private Columns() {}

    static List<Column> of(ResourceType type) {
        return BY_STORAGE.getOrDefault(type.storage(), DEFAULT);
    }

    private static String clusterIp(JsonNode service) {
        return orNone(Json.text(service.path("spec"), "clusterIP"));
    }

    private static String externalIp(JsonNode service) {
        var spec = service.path("spec");
        var external = join(spec.path("externalIPs"));
        return switch (Json.text(spec, "type")) {
            case "ExternalName" -> orNone(Json.text(spec, "externalName"));
            case "LoadBalancer" -> {
                var addresses = new ArrayList<String>();
                for (JsonNode ingress :
                        service.path("status").path("loadBalancer").path("ingress")) {
                    var ip = Json.text(ingress, "ip");
                    addresses.add(ip.isEmpty() ? Json.text(ingress, "hostname") : ip);
                }
                if (!external.isEmpty()) {
                    addresses.add(external);
                }
                yield addresses.isEmpty() ? "<pending>" : String.join(",", addresses);
            }
            default -> orNone(external);
        };
    }

    private static String servicePorts(JsonNode service) {
        var ports = new ArrayList<String>();
        for (JsonNode port : service.path("spec").path("ports")) {
            int nodePort = port.path("nodePort").asInt();
            ports.add(
                    port.path("port").asText()
                            + (nodePort == 0 ? "" : ":" + nodePort)
                            + "/"
                            + Json.text(port, "protocol"));
        }
        return orNone(String.join(",", ports));
    }

    private static String selector(JsonNode service) {
        var pairs = new ArrayList<String>();
        Json.stringMap(service.path("spec").path("selector"))
                .forEach((key, value) -> pairs.add(key + "=" + value));
        return orNone(String.join(",", pairs.stream().sorted().toList()));
    }

    private static String slicePorts(JsonNode slice) {
        var ports = new ArrayList<String>();
        for (JsonNode port : slice.path("ports")) {
            ports.add(Json.absent(port, "port") ? "*" : port.path("port").asText());
        }
        return shortened(ports);
    }

    private static String sliceAddresses(JsonNode slice) {
        var addresses = new ArrayList<String>();
        for (JsonNode endpoint : slice.path("endpoints")) {
            endpoint.path("addresses").forEach(address -> addresses.add(address.asText()));
        }
        return shortened(addresses);
    }

    private static String shortened(List<String> items) {
        if (items.isEmpty()) {
            return UNSET;
        }
        if (items.size() <= SHOWN_ITEMS) {
            return String.join(",", items);
        }
        return "%s + %d more..."
                .formatted(
                        String.join(",", items.subList(0, SHOWN_ITEMS)),
                        items.size() - SHOWN_ITEMS);
    }

    private static String nodeStatus(JsonNode node) {
        var status = "Unknown";
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                status = Json.text(condition, "status").equals("True") ? "Ready" : "NotReady";
            }
        }
        boolean cordoned = node.path("spec").path("unschedulable").asBoolean();
        return cordoned ? status + ",SchedulingDisabled" : status;
    }

    private static String nodeRoles(JsonNode node) {
        var roles =
                Json.stringMap(node.path("metadata").path("labels")).keySet().stream()
                        .filter(label -> label.startsWith(ROLE))
                        .map(label -> label.substring(ROLE.length()))
                        .sorted()
                        .toList();
        return orNone(String.join(",", roles));
    }

    private static String nodeInfo(JsonNode node, String field, String otherwise) {
        var value = Json.text(node.path("status").path("nodeInfo"), field);
        return value.isEmpty() ? otherwise : value;
    }

    private static String nodeAddress(JsonNode node, String type) {
        for (JsonNode address : node.path("status").path("addresses")) {
            if (Json.text(address, "type").equals(type)) {
                return Json.text(address, "address");
            }
        }
        return NONE;
    }

    private static String join(JsonNode list) {
        var items = new ArrayList<String>();
        list.forEach(item -> items.add(item.asText()));
        return String.join(",", items);
    }

    private static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }
}
