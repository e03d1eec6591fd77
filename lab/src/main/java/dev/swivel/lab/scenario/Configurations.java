package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The KubeProxyConfiguration that scenarios are played under.
public final class Configurations {
    private Configurations() {}

    /// The common configuration with what a scenario sets on top: pods are told by the cluster's
    /// pod ranges, and a change is programmed at once.
    public static ObjectNode complete(ObjectNode fragment) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("apiVersion", "kubeproxy.config.k8s.io/v1alpha1");
        config.put("kind", "KubeProxyConfiguration");
        config.put("clusterCIDR", "192.168.0.0/16,fd00:192:168::/48");
        config.putObject("iptables").put("minSyncPeriod", "1ms");
        config.putObject("ipvs").put("minSyncPeriod", "1ms");
        config.putObject("logging").put("verbosity", 2);
        // Limits of the whole machine, which a namespace cannot set.
        config.putObject("conntrack").put("maxPerCore", 0);
        merge(config, fragment);
        return config;
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        for (var field : from.properties()) {
            JsonNode present = into.get(field.getKey());
            if (present instanceof ObjectNode section
                    && field.getValue() instanceof ObjectNode more) {
                merge(section, more);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        }
    }
}
