package dev.swivel.lab.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.StatusException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Reading what clients send.
final class Bodies {
    private Bodies() {}

    static String contentType(HttpExchange exchange) {
        var header = exchange.getRequestHeaders().getFirst("Content-Type");
        return header == null ? "application/json" : header;
    }

    /// An object in JSON, YAML or protobuf; empty if there is no body.
    static ObjectNode object(HttpExchange exchange) throws IOException {
        return switch (any(exchange)) {
            case ObjectNode object -> object;
            case JsonNode other when other.isMissingNode() -> Json.object();
            case JsonNode _ -> throw StatusException.badRequest("the body is not an object");
        };
    }

    /// Any document in JSON, YAML or protobuf.
    ///
    /// @throws StatusException 415 for other formats, 400 for malformed documents
    static JsonNode any(HttpExchange exchange) throws IOException {
        var type = contentType(exchange);
        var body = exchange.getRequestBody().readAllBytes();
        if (Protobuf.isProtobuf(body)) {
            return Protobuf.decode(body);
        }
        if (type.contains("protobuf") || type.contains("cbor")) {
            throw StatusException.unsupportedMediaType(type);
        }
        try {
            if (type.contains("yaml")) {
                var documents = Json.parseYaml(new String(body, StandardCharsets.UTF_8));
                return documents.isEmpty() ? Json.object() : documents.getFirst();
            }
            return Json.parse(body);
        } catch (IOException e) {
            throw StatusException.badRequest(
                    "the object provided is unrecognized: " + e.getMessage());
        }
    }
}
