package dev.swivel.lab.api.http;

import static dev.swivel.lab.api.http.Column.NAME;
import static dev.swivel.lab.api.http.Column.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.swivel.lab.api.store.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// The columns of events.
final class EventColumns {
    static final List<Column> ALL =
            List.of(
                    text("Last Seen", EventColumns::lastSeen),
                    text("Type", event -> Json.text(event, "type")),
                    text("Reason", event -> Json.text(event, "reason")),
                    text("Object", EventColumns::object),
                    text("Subobject", event -> Json.text(about(event), "fieldPath")).wide(),
                    text("Source", EventColumns::source).wide(),
                    text("Message", event -> Json.text(event, "message").strip()),
                    text("First Seen", EventColumns::firstSeen).wide(),
                    new Column("Count", "integer", "", 1, EventColumns::count),
                    NAME.wide());

    private EventColumns() {}

    private static JsonNode about(JsonNode event) {
        return event.path("involvedObject");
    }

    private static String object(JsonNode event) {
        return Json.text(about(event), "kind").toLowerCase(Locale.ROOT)
                + "/"
                + Json.text(about(event), "name");
    }

    private static String source(JsonNode event) {
        var source = event.path("source");
        var component = Json.text(source, "component");
        if (component.isEmpty()) {
            component = Json.text(event, "reportingComponent");
        }
        var host = Json.text(source, "host");
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static JsonNode count(JsonNode event) {
        return IntNode.valueOf(Math.max(1, event.path("count").asInt()));
    }

    private static String firstSeen(JsonNode event) {
        return HumanDuration.since(first(event, "firstTimestamp", "eventTime"), Instant.now());
    }

    private static String lastSeen(JsonNode event) {
        var last = HumanDuration.since(first(event, "lastTimestamp", "eventTime"), Instant.now());
        int count = event.path("count").asInt();
        return count > 1 ? "%s (x%d over %s)".formatted(last, count, firstSeen(event)) : last;
    }

    private static String first(JsonNode event, String field, String otherwise) {
        var value = Json.text(event, field);
        return value.isEmpty() ? Json.text(event, otherwise) : value;
    }
}
