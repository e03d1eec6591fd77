package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.model.IpFamily;
import java.util.List;

/// The Node objects that are there in every scenario.
public final class Nodes {
    private Nodes() {}

    /// node-1 in zone `a` and node-2 in zone `b`.
    public static List<ObjectNode> usual(Cast cast) {
        return List.of(object(cast, "node-1", "a"), object(cast, "node-2", "b"));
    }

    /// @param zone empty for a node without a zone
    static ObjectNode object(Cast cast, String name, String zone) {
        ObjectNode node = ObjectForms.manifest("v1", "Node", name);
        if (!zone.isEmpty()) {
            ((ObjectNode) node.get("metadata"))
                    .putObject("labels")
                    .put("topology.kubernetes.io/zone", zone);
        }
        ObjectNode spec = node.putObject("spec");
        String ipv4 = cast.podRange(name, IpFamily.IPV4);
        spec.put("podCIDR", ipv4);
        spec.putArray("podCIDRs").add(ipv4).add(cast.podRange(name, IpFamily.IPV6));
        var addresses = node.putObject("status").putArray("addresses");
        for (IpFamily family : IpFamily.values()) {
            addresses
                    .addObject()
                    .put("type", "InternalIP")
                    .put("address", cast.member(name).address(family).toString());
        }
        return node;
    }
}
