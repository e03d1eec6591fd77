package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What is wrong with an object, collected so that the refusal names everything at once.
public final class Violations {
    private record Violation(String reason, String message, String field) {}

    private final List<Violation> found = new ArrayList<>();

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public void required(String field, String detail) {
        add(
                "FieldValueRequired",
                "Required value" + (detail.isEmpty() ? "" : ": " + detail),
                field);
    }

    /// A value that is wrong; `value` is printed as JSON.
    public void invalid(String field, JsonNode value, String detail) {
        add("FieldValueInvalid", "Invalid value: %s: %s".formatted(value, detail), field);
    }

    public void duplicate(String field, JsonNode value) {
        add("FieldValueDuplicate", "Duplicate value: %s".formatted(value), field);
    }

    public void unsupported(String field, JsonNode value, List<String> supported) {
        var choices = supported.stream().map("\"%s\""::formatted).collect(Collectors.joining(", "));
        add(
                "FieldValueNotSupported",
                "Unsupported value: %s: supported values: %s".formatted(value, choices),
                field);
    }

    public void tooMany(String field, int count, int limit) {
        add(
                "FieldValueTooMany",
                "Too many: %d: must have at most %d items".formatted(count, limit),
                field);
    }

    public void forbidden(String field, String detail) {
        add("FieldValueForbidden", "Forbidden: " + detail, field);
    }

    private void add(String reason, String message, String field) {
        found.add(new Violation(reason, message, field));
    }

    /// Refuses the object if anything is wrong.
    ///
    /// @throws StatusException 422, with a cause for each violation
    public void throwIfAny(ResourceType type, String name) {
        if (found.isEmpty()) {
            return;
        }
        var details = Json.object().put("name", name);
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        ArrayNode causes = details.put("kind", type.kind()).putArray("causes");
        for (Violation violation : found) {
            causes.addObject()
                    .put("reason", violation.reason())
                    .put("message", violation.message())
                    .put("field", violation.field());
        }
        var all =
                found.stream()
                        .map(violation -> violation.field() + ": " + violation.message())
                        .collect(Collectors.joining(", "));
        throw StatusException.of(
                422,
                "Invalid",
                "%s \"%s\" is invalid: %s"
                        .formatted(
                                type.qualifiedKind(),
                                name,
                                found.size() == 1 ? all : "[" + all + "]"),
                details);
    }
}
