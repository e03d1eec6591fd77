package dev.swivel.lab.life;

import dev.swivel.lab.cluster.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// HTTP from within a machine's network namespace.
final class NodeHttp {
    private NodeHttp() {}

    record Answer(int code, String type, String sniffing, String body) {}

    static Answer get(Machine machine, String url) throws Exception {
        return ask(machine, "GET", url, Map.of());
    }

    static Answer ask(Machine machine, String method, String url, Map<String, String> headers)
            throws Exception {
        return machine.place().thread().call(() -> exchange(method, url, headers));
    }

    private static Answer exchange(String method, String url, Map<String, String> headers)
            throws IOException {
        var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(10_000);
        connection.setRequestMethod(method);
        headers.forEach(connection::setRequestProperty);
        if (headers.containsKey("X-Body")) {
            connection.setDoOutput(true);
            connection
                    .getOutputStream()
                    .write(headers.get("X-Body").getBytes(StandardCharsets.UTF_8));
        }
        try {
            int code = connection.getResponseCode();
            InputStream stream =
                    code < 400 ? connection.getInputStream() : connection.getErrorStream();
            String body =
                    stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(
                    code,
                    connection.getHeaderField("Content-Type"),
                    connection.getHeaderField("X-Content-Type-Options"),
                    body);
        } finally {
            connection.disconnect();
        }
    }
}
