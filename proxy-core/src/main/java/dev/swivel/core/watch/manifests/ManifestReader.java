package dev.swivel.core.watch.manifests;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.swivel.core.watch.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.yaml.snakeyaml.LoaderOptions;

/// Reads the objects of one file: YAML or JSON, one document or many, single objects or Lists. A
/// file of any content ends in a [ManifestContent].
final class ManifestReader {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestReader.class);
    private static final int MOST_CHARACTERS = 64 << 20;

    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private final ObjectMapper yaml = new ObjectMapper(yamlFactory());

    private static YAMLFactory yamlFactory() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_CHARACTERS);
        return YAMLFactory.builder().loaderOptions(options).build();
    }

    /// The object as an API server would send it: values that are written in another way than they
    /// are meant, such as a number in quotes, have been put right.
    static JsonNode tree(HasMetadata object) {
        return JSON.valueToTree(object);
    }

    static boolean isManifest(String fileName) {
        String lower = fileName.toLowerCase(Locale.ROOT);
        return !lower.startsWith(".")
                && (lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json"));
    }

    /// @throws IOException if the file cannot be read at all
    ManifestContent read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        boolean isJson = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
        ManifestContent content = ManifestContent.collecting();
        try (MappingIterator<JsonNode> documents =
                (isJson ? JSON : yaml).readerFor(JsonNode.class).readValues(bytes)) {
            while (documents.hasNextValue()) {
                document(documents.nextValue(), content);
            }
            return content;
        } catch (JsonProcessingException e) {
            content.complaints().add(line(e.getLocation()) + ": " + e.getOriginalMessage());
            return content.brokenOff();
        } catch (RuntimeException | StackOverflowError e) {
            content.complaints().add("cannot be read: " + e); // the YAML parser on strange input
            return content.brokenOff();
        }
    }

    private static String line(JsonLocation location) {
        return location == null ? "line ?" : "line " + location.getLineNr();
    }

    private void document(JsonNode document, ManifestContent content) {
        if (document == null || document.isMissingNode() || document.isNull()) {
            return;
        }
        String kind = document.path("kind").asText();
        if (document.path("items").isArray() && kind.endsWith("List")) {
            for (JsonNode item : document.path("items")) {
                if (item instanceof ObjectNode object && kind.length() > "List".length()) {
                    // The items of a typed list need not say what they are.
                    inherit(object, "kind", kind.substring(0, kind.length() - "List".length()));
                    inherit(object, "apiVersion", document.path("apiVersion").asText());
                }
                document(item, content);
            }
        } else {
            object(document, content);
        }
    }

    private static void inherit(ObjectNode object, String field, String value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    private void object(JsonNode document, ManifestContent content) {
        String type = document.path("apiVersion").asText() + " " + document.path("kind").asText();
        Optional<Class<? extends HasMetadata>> model = model(type);
        if (model.isEmpty()) {
            LOG.debug("Ignoring an object of type {}", type);
            if (!document.path("kind").isTextual()) {
                content.complaints().add("a document has no kind");
            }
            return;
        }
        Kind kind = kind(model.get());
        String namespace = document.path("metadata").path("namespace").asText();
        ObjectKey key =
                new ObjectKey(
                        kind,
                        kind == Kind.NODE ? "" : namespace.isEmpty() ? "default" : namespace,
                        document.path("metadata").path("name").asText());
        add(key, document, model.get(), content);
    }

    private void add(
            ObjectKey key,
            JsonNode document,
            Class<? extends HasMetadata> model,
            ManifestContent content) {
        if (key.name().isEmpty()) {
            content.complaints().add("a " + key.kind().label() + " has no metadata.name");
            return;
        }
        try {
            HasMetadata object =
                    ManifestDefaults.apply(JSON.treeToValue(document, model), key.namespace());
            if (content.objects().putIfAbsent(key, object) != null) {
                content.complaints().add(key + " is here twice: the first counts");
            }
        } catch (JsonProcessingException e) {
            content.unreadable().add(key);
            content.complaints().add(key + ": " + field(e) + e.getOriginalMessage());
        }
    }

    private static String field(JsonProcessingException e) {
        return e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                                .map(step ->
                                        step.getFieldName() == null
                                                ? "[" + step.getIndex() + "]"
                                                : "." + step.getFieldName())
                                .collect(Collectors.joining())
                        + ": "
                : "";
    }

    private static Optional<Class<? extends HasMetadata>> model(String type) {
        return switch (type) {
            case "v1 Service" -> Optional.of(Service.class);
            case "v1 Node" -> Optional.of(Node.class);
            case "discovery.k8s.io/v1 EndpointSlice" -> Optional.of(EndpointSlice.class);
            default -> Optional.empty();
        };
    }

    private static Kind kind(Class<? extends HasMetadata> model) {
        return model == Service.class
                ? Kind.SERVICE
                : model == EndpointSlice.class ? Kind.SLICE : Kind.NODE;
    }
}
