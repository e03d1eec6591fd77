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
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A way to the API server: the client library's configuration, authentication and HTTP, with two
/// threads of ours. Its typed client is not used, which would load the classes of every kind that
/// Kubernetes has (docs/decisions/0005-informers-with-a-store-of-keys.md). Made by [KubeClients].
public final class ApiConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiConnection.class);
    private static final int THREADS = 2;
    private static final int UNAUTHORIZED = 401;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int REQUEST_TIMEOUT_MILLIS = 30_000;

    /// First retry interval in ms. Random per process, so that the nodes of a cluster do not come
    /// back to a restarted API server in step.
    private static final int RETRY_FROM_MILLIS = 250;

    private static final int RETRY_TO_MILLIS = 400;

    /// Retries within one request, before who asked takes over with its own.
    private static final int RETRIES = 3;

    /// Makes a client for what kubeconfig and certificates say now.
    private interface Opener {
        Client open() throws ConnectionSettingsException;
    }

    private record Client(String server, HttpClient http, CredentialFiles files) {}

    private final Opener opener;
    private final ExecutorService executor;
    private final Traffic traffic;
    private final Duration retryInterval;
    private volatile Client current;

    private ApiConnection(
            Opener opener, ExecutorService executor, Traffic traffic, Duration retryInterval) {
        this.opener = opener;
        this.executor = executor;
        this.traffic = traffic;
        this.retryInterval = retryInterval;
        this.current = opener.open();
    }

    /// @param access reads the settings, and the files that they name; again when a request failed
    ///   and one of the files has changed
    static ApiConnection open(
            Supplier<KubeClients.Access> access, String userAgent, MeterRegistry meters) {
        int retry = ThreadLocalRandom.current().nextInt(RETRY_FROM_MILLIS, RETRY_TO_MILLIS);
        Traffic traffic = new Traffic();
        RequestMeters requestMeters = new RequestMeters(meters);
        ExecutorService executor =
                Executors.newFixedThreadPool(
                        THREADS, Thread.ofPlatform().daemon().name("swivel-api-", 0).factory());
        Opener opener =
                () -> {
                    KubeClients.Access found = access.get();
                    Config config = found.config();
                    config.setUserAgent(userAgent);
                    // The JDK client would ask clear-text servers to upgrade.
                    config.setHttp2Disable(true);
                    config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
                    config.setRequestRetryBackoffInterval(retry);
                    config.setRequestRetryBackoffLimit(RETRIES);
                    return new Client(
                            config.getMasterUrl(),
                            client(config, executor, traffic, requestMeters),
                            found.files());
                };
        try {
            return new ApiConnection(opener, executor, traffic, Duration.ofMillis(retry));
        } catch (RuntimeException e) {
            executor.shutdown();
            throw e;
        }
    }

    private static HttpClient client(
            Config config, ExecutorService executor, Traffic traffic, RequestMeters meters) {
        try {
            return new OnePool(executor)
                    .newBuilder(config)
                    .addOrReplaceInterceptor(Traffic.NAME, traffic)
                    .addOrReplaceInterceptor(RequestMeters.NAME, meters)
                    .build();
        } catch (RuntimeException e) {
            throw new ConnectionSettingsException(
                    "no client for "
                            + config.getMasterUrl()
                            + ": "
                            + Traffic.describe(e)
                            + ". Check the certificates and the proxy settings",
                    e);
        }
    }

    /// The server's URL.
    public String server() {
        return current.server;
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
        return body(send(client -> request(client, path).forStreaming(), InputStream.class));
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
        Client client = current;
        return new Asked(
                client, client.http.sendAsync(timed(client, path).build(), InputStream.class));
    }

    /// A question that is on its way, or answered.
    final class Asked implements AutoCloseable {
        private final Client client;
        private final CompletableFuture<HttpResponse<InputStream>> answer;

        private Asked(Client client, CompletableFuture<HttpResponse<InputStream>> answer) {
            this.client = client;
            this.answer = answer;
        }

        /// Waits for the answer. An interrupt while it is read closes it.
        ///
        /// @throws ApiStatusException if the answer is another than success
        InputStream body() throws IOException, InterruptedException {
            return ApiConnection.body(await(client, answer));
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
        HttpResponse<byte[]> response =
                send(client -> timed(client, path).method(method, contentType, body), byte[].class);
        if (!response.isSuccessful()) {
            throw new ApiStatusException(response.code());
        }
    }

    private static HttpRequest.Builder request(Client client, String path) {
        String server = client.server;
        String base = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        return client.http
                .newHttpRequestBuilder()
                .uri(base + path)
                .setHeader("Accept", "application/json");
    }

    private static HttpRequest.Builder timed(Client client, String path) {
        return request(client, path).timeout(REQUEST_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static InputStream body(HttpResponse<InputStream> response) throws IOException {
        if (!response.isSuccessful()) {
            response.body().close();
            throw new ApiStatusException(response.code());
        }
        return response.body();
    }

    private <T> HttpResponse<T> send(Function<Client, HttpRequest.Builder> request, Class<T> type)
            throws IOException, InterruptedException {
        Client client = current;
        return await(client, client.http.sendAsync(request.apply(client).build(), type));
    }

    private <T> HttpResponse<T> await(Client client, CompletableFuture<HttpResponse<T>> answer)
            throws IOException, InterruptedException {
        try {
            HttpResponse<T> response = answer.get();
            if (response.code() == UNAUTHORIZED) {
                renew(client);
            }
            return response;
        } catch (InterruptedException e) {
            boolean _ = answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            renew(client);
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    /// After a failure: with certificates or a server that changed meanwhile there is a new client.
    /// The old one is left to the collector: its watches go on until they end.
    private synchronized void renew(Client failed) {
        if (!failed.equals(current) || !failed.files.haveChanged()) {
            return;
        }
        try {
            current = opener.open();
            LOG.info("kubeconfig or certificates have changed: using them as they are now");
        } catch (RuntimeException e) {
            LOG.debug("kubeconfig or certificates have changed, and cannot be used yet", e);
        }
    }

    @Override
    public void close() {
        current.http.close();
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
