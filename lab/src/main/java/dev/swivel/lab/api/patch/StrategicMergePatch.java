package dev.swivel.lab.api.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.store.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Strategic merge patch: a merge patch that merges some lists item by item, with directives
/// (`$patch`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`, `$retainKeys`). It is what
/// `kubectl` sends.
public final class StrategicMergePatch {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_VALUES = "$deleteFromPrimitiveList/";

    private StrategicMergePatch() {}

    /// Changes `target` in place.
    public static ObjectNode apply(ObjectNode target, ObjectNode patch) {
        return object(target, patch, "");
    }

    private static ObjectNode object(ObjectNode target, ObjectNode patch, String path) {
        switch (Json.text(patch, DIRECTIVE)) {
            case "replace" -> {
                target.removeAll();
                target.setAll(patch.deepCopy());
                target.remove(DIRECTIVE);
                return target;
            }
            case "delete" -> {
                return target.removeAll();
            }
            default -> {} // merge
        }
        if (patch.path(RETAIN_KEYS) instanceof ArrayNode kept) {
            var names = new HashSet<String>();
            kept.forEach(name -> names.add(name.asText()));
            target.retain(names);
        }
        patch.properties().forEach(entry -> field(target, entry.getKey(), entry.getValue(), path));
        patch.properties()
                .forEach(entry -> {
                    if (entry.getKey().startsWith(ORDER)
                            && entry.getValue() instanceof ArrayNode order) {
                        var field = entry.getKey().substring(ORDER.length());
                        order(target, field, order, ListKeys.join(path, field));
                    }
                });
        return target;
    }

    private static void field(ObjectNode target, String field, JsonNode value, String path) {
        if (field.startsWith(DELETE_VALUES)) {
            if (target.get(field.substring(DELETE_VALUES.length())) instanceof ArrayNode list) {
                value.forEach(gone -> removeValue(list, gone));
            }
            return;
        }
        if (field.startsWith("$")) {
            return;
        }
        var at = ListKeys.join(path, field);
        switch (value) {
            case ObjectNode nested -> {
                var present = target.get(field) instanceof ObjectNode o ? o : Json.object();
                boolean deletes = Json.text(nested, DIRECTIVE).equals("delete");
                if (deletes) {
                    target.remove(field);
                } else {
                    target.set(field, object(present, nested, at));
                }
            }
            case ArrayNode items -> target.set(field, list(target.get(field), items, at));
            case JsonNode plain when plain.isNull() -> target.remove(field);
            case JsonNode plain -> target.set(field, plain);
        }
    }

    private static ArrayNode list(@Nullable JsonNode present, ArrayNode patch, String path) {
        var keys = ListKeys.strategic(path);
        boolean merged = !keys.isEmpty() || ListKeys.isSet(path);
        if (!merged || !(present instanceof ArrayNode list)) {
            return withoutDirectives(patch);
        }
        if (keys.isEmpty()) {
            patch.forEach(value -> {
                removeValue(list, value);
                list.add(value);
            });
            return list;
        }
        for (JsonNode item : patch) {
            if (item instanceof ObjectNode object
                    && Json.text(object, DIRECTIVE).equals("replace")) {
                return withoutDirectives(patch);
            }
        }
        for (JsonNode item : patch) {
            if (item instanceof ObjectNode object) {
                item(list, object, keys, path);
            }
        }
        return list;
    }

    private static void item(ArrayNode list, ObjectNode patch, List<String> keys, String path) {
        int at = Items.indexOf(list, patch, keys);
        boolean deletes = Json.text(patch, DIRECTIVE).equals("delete");
        if (at < 0) {
            if (!deletes) {
                list.add(object(Json.object(), patch, path));
            }
        } else if (deletes) {
            list.remove(at);
        } else if (list.get(at) instanceof ObjectNode present) {
            object(present, patch, path);
        }
    }

    private static ArrayNode withoutDirectives(ArrayNode patch) {
        var copy = patch.deepCopy();
        for (int i = copy.size() - 1; i >= 0; i--) {
            if (copy.get(i) instanceof ObjectNode item && item.has(DIRECTIVE)) {
                copy.remove(i);
            }
        }
        return copy;
    }

    private static void order(ObjectNode target, String field, ArrayNode order, String path) {
        if (!(target.get(field) instanceof ArrayNode list)) {
            return;
        }
        var keys = ListKeys.strategic(path);
        var sorted = new ArrayList<JsonNode>();
        for (JsonNode wanted : order) {
            int at =
                    wanted instanceof ObjectNode item
                            ? Items.indexOf(list, item, keys)
                            : indexOfValue(list, wanted);
            if (at >= 0) {
                sorted.add(list.remove(at));
            }
        }
        list.forEach(sorted::add);
        list.removeAll();
        list.addAll(sorted);
    }

    private static void removeValue(ArrayNode list, JsonNode value) {
        int at = indexOfValue(list, value);
        if (at >= 0) {
            list.remove(at);
        }
    }

    private static int indexOfValue(ArrayNode list, JsonNode value) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).equals(value)) {
                return i;
            }
        }
        return -1;
    }
}
