package dev.swivel.lab.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.api.store.StatusException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Writing answers.
final class Answers {
    /// Writes an answer's body.
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    private Answers() {}

    static void json(HttpExchange exchange, int code, JsonNode body) throws IOException {
        bytes(exchange, code, "application/json", Json.bytes(body));
    }

    static void bytes(HttpExchange exchange, int code, String mediaType, byte[] body)
            throws IOException {
        header(exchange, mediaType);
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /// A body of modest size.
    static void small(HttpExchange exchange, int code, String mediaType, Body body)
            throws IOException {
        var buffer = new ByteArrayOutputStream(4096);
        body.writeTo(buffer);
        bytes(exchange, code, mediaType, buffer.toByteArray());
    }

    /// A body of any size, sent as it is written.
    static void stream(HttpExchange exchange, String mediaType, Body body) throws IOException {
        header(exchange, mediaType);
        exchange.sendResponseHeaders(200, 0);
        try (var out = new BufferedOutputStream(exchange.getResponseBody(), 64 * 1024)) {
            body.writeTo(out);
        }
    }

    static void refusal(HttpExchange exchange, StatusException refusal) throws IOException {
        var wait = refusal.retryAfter();
        if (wait != null) {
            exchange.getResponseHeaders().set("Retry-After", Long.toString(wait.toSeconds()));
        }
        json(exchange, refusal.code(), refusal.status());
    }

    static void header(HttpExchange exchange, String mediaType) {
        exchange.getResponseHeaders().set("Cache-Control", "no-cache, private");
        exchange.getResponseHeaders().set("Content-Type", mediaType);
    }
}
