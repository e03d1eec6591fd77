package dev.swivel.daemon.pages;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.swivel.core.config.ConfigText;
import dev.swivel.core.http.HttpAnswers;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// `/flagz` or `/statusz` (spec 9.3).
///
/// @param kind `Flagz` or `Statusz`
/// @param text what follows the heading
/// @param fields puts the fields of the structured form
record ZPage(String kind, Supplier<String> text, Consumer<ObjectNode> fields)
        implements HttpHandler {
    private static final String COMPONENT = "kube-proxy";
    private static final String WARNING =
            "Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.";

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Accepted accepted = Accepted.of(exchange.getRequestHeaders().get("Accept"), kind);
        switch (accepted.form()) {
            case TEXT -> HttpAnswers.send(exchange, 200, HttpAnswers.TEXT, page());
            case JSON ->
                    HttpAnswers.send(
                            exchange,
                            200,
                            "application/json",
                            structured(accepted.version()).toString());
            case YAML ->
                    HttpAnswers.send(
                            exchange,
                            200,
                            "application/yaml",
                            ConfigText.yaml(structured(accepted.version())));
            case NONE ->
                    HttpAnswers.send(
                            exchange,
                            406,
                            HttpAnswers.TEXT,
                            "only text/plain and application/json;v=v1beta1;g=config.k8s.io;as="
                                    + kind
                                    + " can be had here\n");
        }
    }

    private String page() {
        String name = kind.toLowerCase(java.util.Locale.ROOT);
        return "\n" + COMPONENT + " " + name + "\n" + WARNING + "\n\n" + text.get();
    }

    private ObjectNode structured(String version) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", kind).put("apiVersion", "config.k8s.io/" + version);
        object.putObject("metadata").put("name", COMPONENT);
        fields.accept(object);
        return object;
    }
}
