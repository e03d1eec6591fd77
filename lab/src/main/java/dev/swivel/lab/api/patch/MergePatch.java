package dev.swivel.lab.api.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;

/// JSON merge patch, RFC 7386.
public final class MergePatch {
    private MergePatch() {}

    /// Changes `target` in place.
    public static ObjectNode apply(ObjectNode target, ObjectNode patch) {
        patch.properties()
                .forEach(entry -> {
                    var field = entry.getKey();
                    switch (entry.getValue()) {
                        case ObjectNode nested ->
                                target.set(
                                        field,
                                        apply(
                                                target.get(field) instanceof ObjectNode o
                                                        ? o
                                                        : Json.object(),
                                                nested));
                        case JsonNode value when value.isNull() -> target.remove(field);
                        case JsonNode value -> target.set(field, value);
                    }
                });
        return target;
    }
}
