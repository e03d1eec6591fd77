package dev.swivel.lab.api.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Server-side apply, without ownership: what a manager applies is set, what it applied last time
/// and does not name any more is removed, and nobody is refused because of another manager's
/// fields.
public final class ServerSideApply {
    private ServerSideApply() {}

    /// Changes `target` in place.
    ///
    /// @param applied what the manager wants now
    /// @param before what the same manager applied last; empty if nothing
    public static ObjectNode apply(ObjectNode target, ObjectNode applied, ObjectNode before) {
        forget(target, applied, before, "");
        merge(target, applied, "");
        return target;
    }

    private static void forget(
            ObjectNode target, JsonNode applied, ObjectNode before, String path) {
        before.properties()
                .forEach(entry -> {
                    var field = entry.getKey();
                    var at = ListKeys.join(path, field);
                    if (!applied.has(field)) {
                        target.remove(field);
                    } else if (entry.getValue() instanceof ObjectNode nested
                            && target.get(field) instanceof ObjectNode present) {
                        forget(present, applied.get(field), nested, at);
                    } else if (entry.getValue() instanceof ArrayNode items
                            && target.get(field) instanceof ArrayNode present) {
                        forgetItems(present, applied.get(field), items, at);
                    }
                });
    }

    private static void forgetItems(
            ArrayNode target, JsonNode applied, ArrayNode before, String path) {
        var keys = ListKeys.apply(path);
        if (keys.isEmpty()) {
            return;
        }
        for (JsonNode old : before) {
            boolean still = false;
            for (JsonNode item : applied) {
                still |= Items.sameKeys(item, old, keys);
            }
            for (int i = target.size() - 1; i >= 0 && !still; i--) {
                if (Items.sameKeys(target.get(i), old, keys)) {
                    target.remove(i);
                }
            }
        }
    }

    private static void merge(ObjectNode target, ObjectNode applied, String path) {
        applied.properties()
                .forEach(entry -> {
                    var field = entry.getKey();
                    var at = ListKeys.join(path, field);
                    var keys = ListKeys.apply(at);
                    if (entry.getValue() instanceof ObjectNode nested
                            && target.get(field) instanceof ObjectNode present) {
                        merge(present, nested, at);
                    } else if (!keys.isEmpty()
                            && entry.getValue() instanceof ArrayNode items
                            && target.get(field) instanceof ArrayNode present) {
                        mergeItems(present, items, keys, at);
                    } else {
                        target.set(field, entry.getValue().deepCopy());
                    }
                });
    }

    private static void mergeItems(
            ArrayNode target, ArrayNode applied, List<String> keys, String path) {
        for (JsonNode item : applied) {
            boolean found = false;
            for (JsonNode present : target) {
                if (Items.sameKeys(present, item, keys)
                        && present instanceof ObjectNode object
                        && item instanceof ObjectNode wanted) {
                    merge(object, wanted, path);
                    found = true;
                }
            }
            if (!found) {
                target.add(item.deepCopy());
            }
        }
    }
}
