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
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;

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

    /// @param warnings one line for each field that is there twice, of which the last one counts,
    ///   and one if there are more documents, of which the first one counts
    public record Parsed(JsonNode document, List<String> warnings) {}

    /// @param origin what to call the text in messages
    public static Parsed parse(String text, String origin) throws ConfigException {
        try {
            return parse(JSON, text); // JSON may be indented with tabs, which YAML forbids
        } catch (IOException _) {
            try {
                return parse(YAML, text);
            } catch (IOException | YAMLException e) {
                throw new ConfigException(
                        origin + " is neither YAML nor JSON: " + problem(e.getMessage()));
            }
        }
    }

    /// What is wrong and where, without the lines of the text that the library adds.
    private static String problem(@Nullable String message) {
        StringBuilder problem = new StringBuilder();
        for (String line : String.valueOf(message).lines().toList()) {
            String part = line.strip().replaceFirst("^in '[^']*', ", "at ");
            problem.append(problem.isEmpty() ? "" : " ").append(part);
            if (part.startsWith("at line ")) {
                break;
            }
        }
        return problem.toString();
    }

    private static Parsed parse(ObjectMapper mapper, String text) throws IOException {
        Scan scan = new Scan(mapper.getFactory(), text);
        return new Parsed(
                scan.aliases ? YamlAliases.expand(text, mapper) : mapper.readTree(text),
                scan.warnings);
    }

    /// What reading into a tree does not tell.
    private static final class Scan {
        private final List<String> warnings = new ArrayList<>();
        private final Deque<Set<String>> open = new ArrayDeque<>();
        private boolean aliases;

        private Scan(JsonFactory factory, String text) throws IOException {
            boolean begun = false;
            try (JsonParser parser = factory.createParser(text)) {
                for (JsonToken token = parser.nextToken();
                        token != null;
                        token = parser.nextToken()) {
                    if (begun && open.isEmpty()) {
                        warnings.add("there is more than one document; the first one counts");
                        return;
                    }
                    begun = true;
                    take(token, parser);
                }
            }
        }

        private void take(JsonToken token, JsonParser parser) throws IOException {
            aliases |= parser instanceof YAMLParser yaml && yaml.isCurrentAlias();
            switch (token) {
                case START_OBJECT, START_ARRAY -> open.push(new HashSet<>());
                case END_OBJECT, END_ARRAY -> open.pop();
                case FIELD_NAME -> {
                    if (!open.element().add(parser.currentName())) {
                        String path = parser.getParsingContext().pathAsPointer().toString();
                        warnings.add(
                                "field "
                                        + path.substring(1).replace('/', '.')
                                        + " is there more than once; the last one counts");
                    }
                }
                default -> {}
            }
        }
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
