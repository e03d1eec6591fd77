package dev.swivel.core.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Whole answers over [HttpExchange], as Go's server gives them.
public final class HttpAnswers {
    public static final String TEXT = "text/plain; charset=utf-8";

    private HttpAnswers() {}

    /// A body that came with the request is not read: the server skips a little of it, and ends the
    /// connection if it is more.
    public static void send(HttpExchange exchange, int code, String contentType, String body)
            throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            boolean bodiless = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(code, bodiless || bytes.length == 0 ? -1 : bytes.length);
            if (!bodiless) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    public static void notFound(HttpExchange exchange) throws IOException {
        send(exchange, 404, TEXT, "404 page not found\n");
    }
}
