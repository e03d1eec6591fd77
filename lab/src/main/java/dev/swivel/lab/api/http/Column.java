package dev.swivel.lab.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.swivel.lab.api.store.Json;
import java.time.Instant;
import java.util.function.Function;

/// One column of a table.
///
/// @param priority 0 is always shown, 1 with `-o wide`
/// @param cell from an object, in the form in which it is kept, to what is printed
record Column(
        String name, String type, String format, int priority, Function<JsonNode, JsonNode> cell) {

    static final Column NAME =
            new Column("Name", "string", "name", 0, object -> object.path("metadata").path("name"));

    static final Column AGE =
            text(
                    "Age",
                    object ->
                            HumanDuration.since(
                                    Json.text(object.path("metadata"), "creationTimestamp"),
                                    Instant.now()));

    static Column text(String name, Function<JsonNode, String> cell) {
        return new Column(name, "string", "", 0, object -> TextNode.valueOf(cell.apply(object)));
    }

    Column wide() {
        return new Column(name, type, format, 1, cell);
    }

    ObjectNode definition() {
        return Json.object()
                .put("name", name)
                .put("type", type)
                .put("format", format)
                .put("description", "")
                .put("priority", priority);
    }
}
