package dev.swivel.lab.api.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.StatusException;
import java.util.Arrays;
import java.util.List;

/// JSON patch, RFC 6902.
public final class JsonPatch {
    private JsonPatch() {}

    /// Applies all operations to `target` in place.
    ///
    /// @throws StatusException 422 if an operation does not fit the object, 400 if one is malformed
    public static ObjectNode apply(ObjectNode target, ArrayNode operations) {
        operations.forEach(operation -> step(target, operation));
        return target;
    }

    private static void step(ObjectNode root, JsonNode operation) {
        var path = pointer(Json.text(operation, "path"));
        switch (Json.text(operation, "op")) {
            case "add" -> add(root, path, operation.path("value").deepCopy());
            case "remove" -> remove(root, path);
            case "replace" -> {
                remove(root, path);
                add(root, path, operation.path("value").deepCopy());
            }
            case "copy" -> add(root, path, source(root, operation).deepCopy());
            case "move" -> {
                var value = source(root, operation);
                remove(root, pointer(Json.text(operation, "from")));
                add(root, path, value);
            }
            case "test" -> {
                if (!find(root, path).equals(operation.path("value"))) {
                    throw mismatch("testing value " + Json.text(operation, "path") + " failed");
                }
            }
            case String other ->
                    throw StatusException.badRequest("Unexpected kind of operation: " + other);
        }
    }

    private static JsonNode source(ObjectNode root, JsonNode operation) {
        return find(root, pointer(Json.text(operation, "from")));
    }

    private static List<String> pointer(String text) {
        if (!text.startsWith("/")) {
            throw StatusException.badRequest("JSON pointer must start with '/': " + text);
        }
        return Arrays.stream(text.substring(1).split("/", -1))
                .map(step -> step.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    private static JsonNode find(JsonNode root, List<String> path) {
        var at = root;
        for (String step : path) {
            at = at.isArray() ? at.path(index(step, at.size() - 1)) : at.path(step);
            if (at.isMissingNode()) {
                throw mismatch("path does not exist: /" + String.join("/", path));
            }
        }
        return at;
    }

    private static void add(ObjectNode root, List<String> path, JsonNode value) {
        var last = path.getLast();
        switch (find(root, path.subList(0, path.size() - 1))) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array ->
                    array.insert(
                            last.equals("-") ? array.size() : index(last, array.size()), value);
            case JsonNode _ -> throw mismatch("parent is not a container: " + path);
        }
    }

    private static void remove(ObjectNode root, List<String> path) {
        find(root, path);
        var last = path.getLast();
        switch (find(root, path.subList(0, path.size() - 1))) {
            case ObjectNode object -> object.remove(last);
            case ArrayNode array -> array.remove(index(last, array.size() - 1));
            case JsonNode _ -> throw mismatch("parent is not a container: " + path);
        }
    }

    private static int index(String step, int max) {
        try {
            int index = Integer.parseInt(step);
            if (index >= 0 && index <= max) {
                return index;
            }
        } catch (NumberFormatException _) {
            // falls through to the refusal
        }
        throw mismatch("not an index of this array: " + step);
    }

    private static StatusException mismatch(String why) {
        return StatusException.of(
                422, "Invalid", "the server rejected our request: " + why, Json.object());
    }
}
