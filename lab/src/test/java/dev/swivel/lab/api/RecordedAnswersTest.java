package dev.swivel.lab.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.swivel.lab.api.store.Json;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sends what was once sent to a real API server 1.36, and expects what that one answered.
/// Versions, time stamps, unique ids and what is allocated differ; `managedFields` are not kept.
class RecordedAnswersTest {
    private static final List<String> OWN =
            List.of("uid", "resourceVersion", "creationTimestamp", "healthCheckNodePort");

    @Test
    void answersAsRecorded() throws Exception {
        try (var api = EmbeddedApi.start();
                var client = new ApiClient(api.url())) {
            for (JsonNode exchange : recorded()) {
                var name = exchange.path("name").asText();
                // What was sent names ids and versions of the recorded server.
                var body = exchange.path("body").deepCopy();
                if (body.path("metadata") instanceof ObjectNode metadata) {
                    metadata.remove(List.of("uid", "creationTimestamp"));
                }
                var answer =
                        client.send(
                                exchange.path("method").asText(),
                                exchange.path("path").asText(),
                                exchange.path("contentType").asText("application/json"),
                                body.isMissingNode() ? "" : body.toString());
                assertThat(answer.code()).as(name).isEqualTo(exchange.path("code").asInt());
                assertThat(general(answer.body()))
                        .as(name)
                        .isEqualTo(general(exchange.path("answer")));
                assertThat(answer.headers().firstValue("Retry-After").orElse(""))
                        .as(name)
                        .isEqualTo(exchange.path("retryAfter").asText(""));
            }
        }
    }

    private static JsonNode recorded() throws IOException {
        try (var in = RecordedAnswersTest.class.getResourceAsStream("/api/recorded.json")) {
            return Json.parse(in.readAllBytes());
        }
    }

    private static JsonNode general(JsonNode node) {
        switch (node) {
            case ObjectNode object ->
                    List.copyOf(object.properties())
                            .forEach(entry ->
                                    object.set(
                                            entry.getKey(),
                                            general(entry.getKey(), entry.getValue())));
            case ArrayNode array -> array.forEach(RecordedAnswersTest::general);
            case JsonNode _ -> {}
        }
        return node;
    }

    private static JsonNode general(String field, JsonNode value) {
        if (OWN.contains(field) && !value.isNull()) {
            return TextNode.valueOf("*");
        }
        return switch (field) {
            case "nodePort" -> value.asInt() == 30080 ? value : TextNode.valueOf("*");
            case "clusterIP" -> value.asText().equals("None") ? value : TextNode.valueOf("*");
            case "clusterIPs" ->
                    value.path(0).asText().equals("None") ? value : TextNode.valueOf("*");
            case "message" ->
                    TextNode.valueOf(
                            value.asText()
                                    .replaceFirst("current: \\d+", "current: *")
                                    .replaceFirst("(continue key is not valid): .*", "$1"));
            case String _ -> general(value);
        };
    }
}
