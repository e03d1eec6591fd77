package dev.swivel.core.watch.api;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// A way to the API server: the client library's configuration, authentication and HTTP, with two
/// threads of ours. Its typed client is not used, which would load the classes of every kind that
/// Kubernetes has (docs/decisions/0005-informers-with-a-store-of-keys.md). Made by [KubeClients].
public final class ApiConnection implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int REQUEST_TIMEOUT_MILLIS = 30_000;

    /// First retry interval in ms. Random per process, so that the nodes of a cluster do not come
    /// back to a restarted API server in step.
    private static final int RETRY_FROM_MILLIS = 250;

    private static final int RETRY_TO_MILLIS = 400;

    /// Retries within one request, before who asked takes over with its own.
    private static final int RETRIES = 3;

    private final String server;
    private final HttpClient client;
    private final ExecutorService executor;
    private final Traffic traffic;
    private final Duration retryInterval;

    private ApiConnection(
            String server,
            HttpClient client,
            ExecutorService executor,
            Traffic traffic,
            Duration retryInterval) {
        this.server = server;
        this.client = client;
        this.executor = executor;
        this.traffic = traffic;
        this.retryInterval = retryInterval;
    }

    static ApiConnection open(Config config, String userAgent, MeterRegistry meters) {
        int retry = ThreadLocalRandom.current().nextInt(RETRY_FROM_MILLIS, RETRY_TO_MILLIS);
        config.setUserAgent(userAgent);
        config.setHttp2Disable(true); // the JDK client would ask clear-text servers to upgrade
        config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
        config.setRequestRetryBackoffInterval(retry);
        config.setRequestRetryBackoffLimit(RETRIES);
        Traffic traffic = new Traffic();
        ExecutorService executor =
                Executors.newFixedThreadPool(
                        THREADS, Thread.ofPlatform().daemon().name("swivel-api-", 0).factory());
        HttpClient client =
                new OnePool(executor)
                        .newBuilder(config)
                        .addOrReplaceInterceptor(Traffic.NAME, traffic)
                        .addOrReplaceInterceptor(RequestMeters.NAME, new RequestMeters(meters))
                        .build();
        return new ApiConnection(
                config.getMasterUrl(), client, executor, traffic, Duration.ofMillis(retry));
    }

    /// The server's URL.
    public String server() {
        return server;
    }

    Traffic traffic() {
        return traffic;
    }

    /// How long to wait before a first retry.
    Duration retryInterval() {
        return retryInterval;
    }

    /// Asks for something that is read as it comes, for as long as it takes to come: a watch say.
    /// An interrupt while it is read closes it.
    ///
    /// @param path with query
    /// @throws ApiStatusException if the answer is another than success
    InputStream stream(String path) throws IOException, InterruptedException {
        return body(send(request(path).forStreaming().build(), InputStream.class));
    }

    /// Asks for something that a server answers in a while. An interrupt while it is read closes
    /// it.
    ///
    /// @param path with query
    /// @throws ApiStatusException if the answer is another than success
    InputStream get(String path) throws IOException, InterruptedException {
        return ask(path).body();
    }

    /// Asks for the same, and does not wait.
    ///
    /// @param path with query
    Asked ask(String path) {
        return new Asked(client.sendAsync(timed(path).build(), InputStream.class));
    }

    /// A question that is on its way, or answered.
    record Asked(CompletableFuture<HttpResponse<InputStream>> answer) implements AutoCloseable {
        /// Waits for the answer. An interrupt while it is read closes it.
        ///
        /// @throws ApiStatusException if the answer is another than success
        InputStream body() throws IOException, InterruptedException {
            return ApiConnection.body(await(answer));
        }

        /// Nothing is wanted of it any more.
        @Override
        public void close() {
            var _ =
                    answer.thenAccept(response -> {
                        try {
                            response.body().close();
                        } catch (IOException _) {
                            // nobody reads it
                        }
                    });
            boolean _ = answer.cancel(true);
        }
    }

    /// Sends something, and drops the answer.
    ///
    /// @throws ApiStatusException if the answer is another than success
    void send(String method, String path, String contentType, String body)
            throws IOException, InterruptedException {
        HttpRequest request = timed(path).method(method, contentType, body).build();
        HttpResponse<byte[]> response = send(request, byte[].class);
        if (!response.isSuccessful()) {
            throw new ApiStatusException(response.code());
        }
    }

    private HttpRequest.Builder request(String path) {
        String base = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        return client.newHttpRequestBuilder()
                .uri(base + path)
                .setHeader("Accept", "application/json");
    }

    private HttpRequest.Builder timed(String path) {
        return request(path).timeout(REQUEST_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static InputStream body(HttpResponse<InputStream> response) throws IOException {
        if (!response.isSuccessful()) {
            response.body().close();
            throw new ApiStatusException(response.code());
        }
        return response.body();
    }

    private <T> HttpResponse<T> send(HttpRequest request, Class<T> type)
            throws IOException, InterruptedException {
        return await(client.sendAsync(request, type));
    }

    private static <T> HttpResponse<T> await(CompletableFuture<HttpResponse<T>> answer)
            throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            boolean _ = answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    @Override
    public void close() {
        client.close();
        executor.shutdown();
    }

    /// The JDK's HTTP client on our threads: its default is a pool without bound.
    private static final class OnePool extends JdkHttpClientFactory {
        private final ExecutorService executor;

        OnePool(ExecutorService executor) {
            this.executor = executor;
        }

        @Override
        protected java.net.http.HttpClient.Builder createNewHttpClientBuilder() {
            return java.net.http.HttpClient.newBuilder().executor(executor);
        }
    }
}
