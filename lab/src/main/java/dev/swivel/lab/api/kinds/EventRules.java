package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import java.util.List;
import java.util.Map;

/// Events, which two API groups serve with different field names. Kept in the form of the core
/// group.
public final class EventRules implements KindRules {
    /// Core name to the name in `events.k8s.io`.
    private static final Map<String, String> NEW_NAMES =
            Map.of(
                    "involvedObject", "regarding",
                    "message", "note",
                    "source", "deprecatedSource",
                    "firstTimestamp", "deprecatedFirstTimestamp",
                    "lastTimestamp", "deprecatedLastTimestamp",
                    "count", "deprecatedCount",
                    "reportingComponent", "reportingController");

    /// Fields that are never left out.
    private static final List<String> NULLABLE =
            List.of("firstTimestamp", "lastTimestamp", "eventTime");

    @Override
    public void applyDefaults(ObjectNode event) {
        Json.child(event, "involvedObject");
        Json.child(event, "source");
        for (String field : NULLABLE) {
            if (!event.has(field)) {
                event.putNull(field);
            }
        }
        for (String field : new String[] {"reportingComponent", "reportingInstance"}) {
            if (!event.has(field)) {
                event.put(field, "");
            }
        }
    }

    @Override
    public boolean returnsDeleted() {
        return false;
    }

    /// From the form of `events.k8s.io` to that of the core group, in place.
    public static ObjectNode toCore(ObjectNode event) {
        NEW_NAMES.forEach((core, renamed) -> rename(event, renamed, core));
        return event;
    }

    /// From the form of the core group to that of `events.k8s.io`, in place.
    public static ObjectNode fromCore(ObjectNode event) {
        NEW_NAMES.forEach((core, renamed) -> rename(event, core, renamed));
        return event;
    }

    private static void rename(ObjectNode node, String from, String to) {
        var value = node.remove(from);
        if (value != null) {
            node.set(to, value);
        }
    }
}
