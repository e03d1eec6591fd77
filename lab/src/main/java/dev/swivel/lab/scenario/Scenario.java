package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.core.model.IpFamily;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One scenario of the catalogue.
///
/// @param topic the file it is in, without `.yaml`
/// @param namespace where its objects live, its own in the whole catalogue
/// @param config what differs from the common KubeProxyConfiguration ([Configurations]); often
///   empty
/// @param families in which it is played: both unless the scenario says otherwise
/// @param problems for each object that a proxy must complain of: the reasons, each as often as it
///   must be reported by each node, over the whole scenario
public record Scenario(
        String topic,
        String name,
        String why,
        String namespace,
        ObjectNode config,
        Set<IpFamily> families,
        List<Step> steps,
        Map<ObjectName, List<String>> problems) {
    public Scenario {
        families = Set.copyOf(families);
        steps = List.copyOf(steps);
        problems = Map.copyOf(problems);
    }

    /// A change of the cluster, then packets.
    ///
    /// @param carried addresses that nodes' loopback devices carry from here on, by node
    public record Step(
            List<ObjectNode> apply,
            List<ObjectName> delete,
            Map<String, List<String>> carried,
            List<SentPacket> packets) {
        public Step {
            apply = List.copyOf(apply);
            delete = List.copyOf(delete);
            carried = Map.copyOf(carried);
            packets = List.copyOf(packets);
        }
    }

    @Override
    public String toString() {
        return topic + ": " + name;
    }
}
