package dev.swivel.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/// Replaces anchors, aliases and merge keys (`<<`) of a YAML document by what they stand for, which
/// the JSON library does not.
final class YamlAliases {
    private static final int MOST_NODES = 10_000;
    private static final int DEEPEST = 100; // an alias may stand in what it stands for

    private final ObjectMapper scalars;
    private int nodes;
    private int depth;

    private YamlAliases(ObjectMapper scalars) {
        this.scalars = scalars;
    }

    /// The first document of a text.
    ///
    /// @param scalars reads a plain scalar as the rest of the configuration is read
    /// @throws IOException also when it becomes larger than any configuration is
    static JsonNode expand(String text, ObjectMapper scalars) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MOST_NODES);
        Composer composer =
                new Composer(
                        new ParserImpl(new StreamReader(text), options), new Resolver(), options);
        if (!composer.checkNode()) {
            throw new IOException("there is nothing in it");
        }
        return new YamlAliases(scalars).tree(composer.getNode());
    }

    private JsonNode tree(Node node) throws IOException {
        if (++nodes > MOST_NODES || ++depth > DEEPEST) {
            throw new IOException("its aliases stand for more than " + MOST_NODES + " values");
        }
        JsonNode tree = expanded(node);
        depth--;
        return tree;
    }

    private JsonNode expanded(Node node) throws IOException {
        return switch (node) {
            case MappingNode mapping -> object(mapping);
            case SequenceNode sequence -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                for (Node each : sequence.getValue()) {
                    array.add(tree(each));
                }
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new IOException("an alias stands for nothing");
        };
    }

    /// What is merged does not replace what the object has itself.
    private ObjectNode object(MappingNode mapping) throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
                merge(tree(tuple.getValueNode()), object);
            }
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
                object.set(tree(tuple.getKeyNode()).asText(), tree(tuple.getValueNode()));
            }
        }
        return object;
    }

    private static void merge(JsonNode from, ObjectNode into) throws IOException {
        if (from.isArray()) {
            for (int i = from.size() - 1; i >= 0; i--) { // the first one counts
                merge(from.get(i), into);
            }
        } else if (from instanceof ObjectNode object) {
            into.setAll(object);
        } else {
            throw new IOException("<< takes an object or a list of them");
        }
    }

    private JsonNode scalar(ScalarNode scalar) throws IOException {
        return scalar.getScalarStyle() == ScalarStyle.PLAIN
                ? scalars.readTree(scalar.getValue())
                : JsonNodeFactory.instance.textNode(scalar.getValue());
    }
}
