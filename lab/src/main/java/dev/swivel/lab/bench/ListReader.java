package dev.swivel.lab.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/// Reads the two lists that a proxy starts with from the API, and makes nothing of them: what a
/// start cannot do without, whoever it is that starts. A program of its own, which needs nothing
/// but the JDK.
final class ListReader {
    private static final String CONTINUE = "\"continue\":\"";

    private ListReader() {}

    /// @param arguments the API's URL
    public static void main(String[] arguments) throws IOException {
        readAll(arguments[0]);
    }

    /// Both at once, in pages of 500, as informers do.
    ///
    /// @param api its URL
    /// @return how many bytes there were
    static long readAll(String api) throws IOException {
        CompletableFuture<Long> slices =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return read(api + "/apis/discovery.k8s.io/v1/endpointslices");
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
        return read(api + "/api/v1/services") + slices.join();
    }

    private static long read(String list) throws IOException {
        long bytes = 0;
        String token = "";
        do {
            URI page = URI.create(list + "?limit=500&continue=" + token);
            HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
            byte[] body;
            try (InputStream in = connection.getInputStream()) {
                body = in.readAllBytes();
            }
            bytes += body.length;
            token = tokenOf(new String(body, StandardCharsets.ISO_8859_1));
        } while (!token.isEmpty());
        return bytes;
    }

    /// Without reading the list as JSON.
    private static String tokenOf(String body) {
        int start = body.indexOf(CONTINUE);
        return start < 0
                ? ""
                : body.substring(
                        start + CONTINUE.length(), body.indexOf('"', start + CONTINUE.length()));
    }
}
