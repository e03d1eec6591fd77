package dev.swivel.core.watch.decode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.core.model.Problem;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value of an object is of another type than its field. Nothing of such an object is taken: what
/// cannot be read may be a restriction.
final class WrongTypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient JsonNode value;

    WrongTypeException(JsonNode value, String expected) {
        super(shown(value) + " is not " + expected, null, false, false);
        this.value = value;
    }

    private static String shown(JsonNode value) {
        return Problem.quoted(value.isTextual() ? value.textValue() : value.toString());
    }

    /// What is wrong, and where in the object, as in `spec.ports[0].port "80" is not …`.
    String explain(JsonNode object) {
        boolean shared = value.isBoolean() || value.isNumber(); // Jackson has one of each
        String path = shared ? null : path(object);
        String what = String.valueOf(getMessage());
        return path == null ? what : path.substring(1) + " " + what;
    }

    /// Looks for the very value: an equal one elsewhere may be right.
    @SuppressWarnings("ReferenceEquality")
    private @Nullable String path(JsonNode node) {
        if (node == value) {
            return "";
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String path = path(field.getValue());
            if (path != null) {
                return "." + field.getKey() + path;
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            String path = path(node.path(i));
            if (path != null) {
                return "[" + i + "]" + path;
            }
        }
        return null;
    }
}
