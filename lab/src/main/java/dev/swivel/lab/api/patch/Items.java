package dev.swivel.lab.api.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import java.util.List;

/// Items of lists that are merged by key.
final class Items {
    private Items() {}

    /// Where the item with the same keys is; -1 if nowhere. Where a port is offered over several
    /// protocols, the protocol decides too, though it is no merge key.
    static int indexOf(ArrayNode list, ObjectNode wanted, List<String> keys) {
        int found = -1;
        for (int i = 0; i < list.size(); i++) {
            if (!sameKeys(list.get(i), wanted, keys)) {
                continue;
            }
            var protocol = Json.text(wanted, "protocol");
            if (protocol.isEmpty() || protocol.equals(Json.text(list.get(i), "protocol"))) {
                return i;
            }
            found = found < 0 ? i : found;
        }
        return found;
    }

    static boolean sameKeys(JsonNode a, JsonNode b, List<String> keys) {
        return keys.stream().allMatch(key -> value(a, key).equals(value(b, key)));
    }

    private static String value(JsonNode item, String key) {
        // The only key with a default.
        return item.path(key).asText(key.equals("protocol") ? "TCP" : "");
    }
}
