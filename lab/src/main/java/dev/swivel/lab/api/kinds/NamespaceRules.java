package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;

/// Namespaces.
final class NamespaceRules implements KindRules {
    @Override
    public void applyDefaults(ObjectNode namespace) {
        var metadata = Json.child(namespace, "metadata");
        Json.child(metadata, "labels")
                .put("kubernetes.io/metadata.name", Json.text(metadata, "name"));
        var spec = Json.child(namespace, "spec");
        if (Json.absent(spec, "finalizers")) {
            spec.putArray("finalizers").add("kubernetes");
        }
        var status = Json.child(namespace, "status");
        if (Json.absent(status, "phase")) {
            status.put("phase", "Active");
        }
    }

    @Override
    public void validate(ObjectNode namespace, Violations violations) {
        var name = namespace.path("metadata").path("name");
        if (!Names.isLabel(name.asText(""))) {
            violations.invalid("metadata.name", name, Names.LABEL_RULE);
        }
    }

    @Override
    public boolean returnsDeleted() {
        return true;
    }
}
