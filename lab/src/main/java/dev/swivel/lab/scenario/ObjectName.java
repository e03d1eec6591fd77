package dev.swivel.lab.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Names an object of the cluster.
///
/// @param namespace empty for a Node
public record ObjectName(String kind, String namespace, String name) {
    public static ObjectName of(ObjectNode object) {
        var metadata = object.path("metadata");
        return new ObjectName(
                object.path("kind").asText(),
                metadata.path("namespace").asText(),
                metadata.path("name").asText());
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? kind + " " + name : kind + " " + namespace + "/" + name;
    }
}
