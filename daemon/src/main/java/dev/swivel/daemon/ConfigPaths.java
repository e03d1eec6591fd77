package dev.swivel.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A configuration document into which values are put under dotted paths.
record ConfigPaths(ObjectNode root) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    ConfigPaths() {
        this(JsonNodeFactory.instance.objectNode());
    }

    /// Puts a value; null changes nothing. What stands in the way and is no object is replaced.
    void put(String path, @Nullable Object value) {
        if (value == null) {
            return;
        }
        ObjectNode at = root;
        List<String> steps = new ArrayList<>(List.of(path.split("\\.", -1)));
        String last = steps.removeLast();
        for (String step : steps) {
            at = at.get(step) instanceof ObjectNode there ? there : at.putObject(step);
        }
        at.set(last, MAPPER.valueToTree(value));
    }

    /// Adds to the list under a name of the given section.
    void append(String section, String name, List<? extends JsonNode> items) {
        ObjectNode at =
                root.get(section) instanceof ObjectNode there ? there : root.putObject(section);
        at.withArrayProperty(name).addAll(items);
    }
}
