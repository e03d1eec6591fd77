package dev.swivel.core.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Configuration documents as text: YAML or JSON in, YAML out.
public final class ConfigText {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    private ConfigText() {}

    /// @param warnings one line for each field that is there twice: the last one counts
    public record Parsed(JsonNode document, List<String> warnings) {}

    /// @param origin what to call the text in messages
    public static Parsed parse(String text, String origin) throws ConfigException {
        try {
            return parse(JSON, text); // JSON may be indented with tabs, which YAML forbids
        } catch (IOException _) {
            try {
                return parse(YAML, text);
            } catch (IOException e) {
                String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                throw new ConfigException(origin + " is neither YAML nor JSON: " + why);
            }
        }
    }

    private static Parsed parse(ObjectMapper mapper, String text) throws IOException {
        return new Parsed(mapper.readTree(text), duplicates(mapper.getFactory(), text));
    }

    private static List<String> duplicates(JsonFactory factory, String text) throws IOException {
        List<String> found = new ArrayList<>();
        Deque<Set<String>> open = new ArrayDeque<>();
        try (JsonParser parser = factory.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT -> open.push(new HashSet<>());
                    case END_OBJECT -> open.pop();
                    case FIELD_NAME -> {
                        if (!open.element().add(parser.currentName())) {
                            String path = parser.getParsingContext().pathAsPointer().toString();
                            found.add(
                                    "field "
                                            + path.substring(1).replace('/', '.')
                                            + " is there more than once; the last one counts");
                        }
                    }
                    default -> {}
                }
            }
        }
        return found;
    }

    /// The document as YAML, its keys in alphabetical order, as kube-proxy writes it.
    public static String yaml(ObjectNode document) {
        try {
            return YAML.writeValueAsString(YAML.convertValue(document, TreeMap.class));
        } catch (IOException e) {
            throw new IllegalStateException(e); // a tree in memory can be written
        }
    }
}
