package dev.swivel.core.watch.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Reads what the server sends, object by object as it comes: no answer is held as a whole. Passes
/// over the parts of objects that are large and that no proxy reads.
final class ApiReader<T extends HasMetadata> {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .addMixIn(ObjectMeta.class, LeanMeta.class)
                    .addMixIn(NodeStatus.class, LeanNodeStatus.class)
                    .addMixIn(Endpoint.class, LeanEndpoint.class)
                    .build();

    private final Class<T> type;

    ApiReader(Class<T> type) {
        this.type = type;
    }

    /// What a list says of itself.
    ///
    /// @param version from which to watch
    /// @param token where the next page begins; empty if this was the last
    record Page(String version, String token) {}

    Page page(InputStream in, Consumer<JsonNode> items) throws IOException {
        JsonNode metadata = JSON.missingNode();
        try (JsonParser parser = JSON.createParser(in)) {
            expect(parser, JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("items") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        items.accept(JSON.readTree(parser));
                    }
                } else if (field.equals("metadata")) {
                    metadata = JSON.readTree(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new Page(
                metadata.path("resourceVersion").asText(), metadata.path("continue").asText());
    }

    private static void expect(JsonParser parser, JsonToken token) throws IOException {
        if (parser.nextToken() != token) {
            throw new IOException("the answer is no list: it starts with " + parser.currentToken());
        }
    }

    /// The events of a watch, each when it is there.
    MappingIterator<JsonNode> events(InputStream in) throws IOException {
        return JSON.readerFor(JsonNode.class).readValues(in);
    }

    /// @throws JsonProcessingException if the object has a value of another type than its field
    T object(JsonNode json) throws JsonProcessingException {
        return JSON.treeToValue(json, type);
    }

    /// The field that could not be read, as `spec.ports`.
    static String place(JsonProcessingException error) {
        return error instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(each ->
                                each.getFieldName() == null
                                        ? Integer.toString(each.getIndex())
                                        : each.getFieldName())
                        .collect(Collectors.joining("."))
                : "";
    }

    @JsonIgnoreProperties({"managedFields", "ownerReferences", "finalizers"})
    private interface LeanMeta {}

    @JsonIgnoreProperties(
            value = {
                "allocatable",
                "capacity",
                "conditions",
                "config",
                "daemonEndpoints",
                "features",
                "images",
                "nodeInfo",
                "runtimeHandlers",
                "volumesAttached",
                "volumesInUse"
            })
    private interface LeanNodeStatus {}

    @JsonIgnoreProperties({"targetRef", "deprecatedTopology"})
    private interface LeanEndpoint {}
}
