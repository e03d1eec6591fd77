package dev.swivel.lab.api.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Objects as JSON trees. Trees keep unknown fields and field order, which typed models would lose.
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Parses one JSON document.
    ///
    /// @throws IOException if the bytes are not JSON
    public static JsonNode parse(byte[] json) throws IOException {
        return MAPPER.readTree(json);
    }

    /// Parses one JSON object of our own making.
    public static ObjectNode parseStored(byte[] json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Parses all documents of a YAML (or JSON) text; empty documents are left out.
    public static List<ObjectNode> parseYaml(String text) throws IOException {
        var documents = new ArrayList<ObjectNode>();
        try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(text)) {
            while (all.hasNextValue()) {
                switch (all.nextValue()) {
                    case ObjectNode object -> documents.add(object);
                    case null -> {}
                    case JsonNode other when other.isNull() || other.isMissingNode() -> {}
                    case JsonNode other ->
                            throw new IOException("not an object: " + other.getNodeType());
                }
            }
        }
        return documents;
    }

    /// The string map at `node`, empty if it is absent; values that are not strings are left out.
    public static Map<String, String> stringMap(JsonNode node) {
        if (node.isEmpty()) {
            return Map.of();
        }
        var map = new LinkedHashMap<String, String>();
        node.properties()
                .forEach(entry -> {
                    if (entry.getValue().isTextual()) {
                        map.put(entry.getKey(), entry.getValue().textValue());
                    }
                });
        return map;
    }

    /// The object under `field`, made if it is absent, null or something else.
    public static ObjectNode child(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode present ? present : parent.putObject(field);
    }

    /// Text under `field`, or the empty string.
    public static String text(JsonNode node, String field) {
        return node.path(field).asText("");
    }

    /// Whether the field is absent or null.
    public static boolean absent(JsonNode node, String field) {
        return node.path(field).isMissingNode() || node.path(field).isNull();
    }
}
