package dev.swivel.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.swivel.lab.api.store.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Plain requests to an API, as a client with no library would send them.
final class ApiClient implements AutoCloseable {
    static final String SERVICES = "/api/v1/namespaces/default/services";
    static final String SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";

    record Answer(int code, JsonNode body, HttpHeaders headers) {}

    /// A running watch.
    record Watch(BufferedReader lines) implements AutoCloseable {
        /// The next event.
        JsonNode next() throws IOException {
            var line = lines.readLine();
            if (line == null) {
                throw new IOException("watch ended");
            }
            return Json.parse(line.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final String url;

    ApiClient(String url) {
        this.url = url;
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, "application/json", "");
    }

    Answer post(String path, String json) throws IOException, InterruptedException {
        return send("POST", path, "application/json", json);
    }

    Answer send(String method, String path, String contentType, String body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("User-Agent", "test")
                        .header("Content-Type", contentType)
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body))
                        .build();
        var response = http.send(request, BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), Json.parse(response.body()), response.headers());
    }

    Watch watch(String pathAndQuery) throws IOException, InterruptedException {
        var separator = pathAndQuery.contains("?") ? "&" : "?";
        var request =
                HttpRequest.newBuilder(URI.create(url + pathAndQuery + separator + "watch=true"))
                        .header("User-Agent", "test")
                        .build();
        var response = http.send(request, BodyHandlers.ofInputStream());
        return new Watch(
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
