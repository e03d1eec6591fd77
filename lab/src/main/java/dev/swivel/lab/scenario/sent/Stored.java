package dev.swivel.lab.scenario.sent;

import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.scenario.ScenarioException;

/// Which resource of the API keeps the objects of a kind.
final class Stored {
    private Stored() {}

    static ResourceType type(String kind) {
        String version = kind.equals("EndpointSlice") ? "discovery.k8s.io/v1" : "v1";
        return ResourceTypes.ofKind(version, kind)
                .orElseThrow(() -> new ScenarioException("the API has no kind " + kind));
    }
}
