package dev.swivel.core.watch.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads what the server sends, object by object as it comes: no answer is held as a whole. Passes
/// over `managedFields`, a third to a half of every object, without making values of it.
final class ApiReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final TokenFilter WITHOUT_MANAGED_FIELDS =
            new TokenFilter() {
                @Override
                public @Nullable TokenFilter includeProperty(String name) {
                    return name.equals("managedFields") ? null : this;
                }

                @Override
                public boolean includeEmptyArray(boolean filtered) {
                    return true;
                }

                @Override
                public boolean includeEmptyObject(boolean filtered) {
                    return true;
                }
            };

    private ApiReader() {}

    /// What a list says of itself.
    ///
    /// @param version from which to watch
    /// @param token where the next page begins; empty if this was the last
    record Page(String version, String token) {}

    /// @param next told of the token as soon as it is read: servers send it before the items
    static Page page(InputStream in, Consumer<String> next, Consumer<JsonNode> items)
            throws IOException {
        JsonNode metadata = JSON.missingNode();
        try (JsonParser parser = parser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(
                        "no list, but something that starts with " + parser.currentToken());
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("items") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        items.accept(JSON.readTree(parser));
                    }
                } else if (field.equals("metadata")) {
                    metadata = JSON.readTree(parser);
                    next.accept(token(metadata));
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new Page(metadata.path("resourceVersion").asText(), token(metadata));
    }

    private static String token(JsonNode metadata) {
        return metadata.path("continue").asText();
    }

    /// The events of a watch, each when it is there.
    static MappingIterator<JsonNode> events(InputStream in) throws IOException {
        return JSON.readerFor(JsonNode.class).readValues(parser(in));
    }

    private static JsonParser parser(InputStream in) throws IOException {
        return new FilteringParserDelegate(
                JSON.createParser(in),
                WITHOUT_MANAGED_FIELDS,
                Inclusion.INCLUDE_ALL_AND_PATH,
                true);
    }
}
