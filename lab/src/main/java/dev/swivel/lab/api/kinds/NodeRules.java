package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import java.util.List;

/// Nodes.
final class NodeRules implements KindRules {
    private static final String NOT_READY = "node.kubernetes.io/not-ready";
    private static final List<String> NODE_INFO =
            List.of(
                    "machineID",
                    "systemUUID",
                    "bootID",
                    "kernelVersion",
                    "osImage",
                    "containerRuntimeVersion",
                    "kubeletVersion",
                    "kubeProxyVersion",
                    "operatingSystem",
                    "architecture");

    @Override
    public void applyDefaults(ObjectNode node) {
        var spec = Json.child(node, "spec");
        var cidr = Json.text(spec, "podCIDR");
        if (!cidr.isEmpty() && spec.path("podCIDRs").isEmpty()) {
            spec.putArray("podCIDRs").add(cidr);
        } else if (cidr.isEmpty() && !spec.path("podCIDRs").isEmpty()) {
            spec.set("podCIDR", spec.path("podCIDRs").get(0));
        }
        var status = Json.child(node, "status");
        var kubelet = Json.child(Json.child(status, "daemonEndpoints"), "kubeletEndpoint");
        if (Json.absent(kubelet, "Port")) {
            kubelet.put("Port", 0);
        }
        var info = Json.child(status, "nodeInfo");
        for (String field : NODE_INFO) {
            if (Json.absent(info, field)) {
                info.put(field, "");
            }
        }
    }

    // Admission taints every new node; the node controller takes the taint off when it is ready.
    @Override
    public void prepareCreate(ObjectNode node) {
        var spec = Json.child(node, "spec");
        boolean ready = false;
        for (JsonNode condition : node.path("status").path("conditions")) {
            ready |=
                    Json.text(condition, "type").equals("Ready")
                            && Json.text(condition, "status").equals("True");
        }
        if (!ready && spec.path("taints").isEmpty()) {
            spec.putArray("taints").addObject().put("key", NOT_READY).put("effect", "NoSchedule");
        }
    }

    @Override
    public void validate(ObjectNode node, Violations violations) {
        var name = node.path("metadata").path("name");
        if (!Names.isSubdomain(name.asText(""))) {
            violations.invalid("metadata.name", name, Names.SUBDOMAIN_RULE);
        }
        int i = 0;
        for (JsonNode cidr : node.path("spec").path("podCIDRs")) {
            if (!Addresses.isCidr(cidr.asText(""))) {
                violations.invalid(
                        "spec.podCIDRs[%d]".formatted(i),
                        cidr,
                        "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            }
            i++;
        }
    }

    @Override
    public boolean keepsStatusOnCreate() {
        return true;
    }
}
