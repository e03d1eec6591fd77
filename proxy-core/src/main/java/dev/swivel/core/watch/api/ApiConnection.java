package dev.swivel.core.watch.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/// A client of the API server, and what it needs: four threads at most, two of them for HTTP and
/// the informers' work each way. Made by [KubeClients].
public final class ApiConnection implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int REQUEST_TIMEOUT_MILLIS = 30_000;

    /// First retry interval in ms. The library doubles it five times at most: 8 to 13 s. Random per
    /// process, so that the nodes of a cluster do not come back to a restarted API server in step.
    private static final int RETRY_FROM_MILLIS = 250;

    private static final int RETRY_TO_MILLIS = 400;

    /// Retries within one request, before the informer takes over with its own.
    private static final int RETRIES = 3;

    private final KubernetesClient client;
    private final ExecutorService executor;
    private final Traffic traffic;

    private ApiConnection(KubernetesClient client, ExecutorService executor, Traffic traffic) {
        this.client = client;
        this.executor = executor;
        this.traffic = traffic;
    }

    static ApiConnection open(Config config, String userAgent, MeterRegistry meters) {
        int retry = ThreadLocalRandom.current().nextInt(RETRY_FROM_MILLIS, RETRY_TO_MILLIS);
        config.setUserAgent(userAgent);
        config.setOnlyHttpWatches(true); // web sockets die silently behind load balancers
        config.setHttp2Disable(true); // the JDK client would ask clear-text servers to upgrade
        config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
        config.setRequestTimeout(REQUEST_TIMEOUT_MILLIS);
        config.setRequestRetryBackoffInterval(retry);
        config.setRequestRetryBackoffLimit(RETRIES);
        config.setWatchReconnectInterval(retry);
        config.setWatchReconnectLimit(-1);
        Traffic traffic = new Traffic();
        ExecutorService executor =
                Executors.newFixedThreadPool(
                        THREADS, Thread.ofPlatform().daemon().name("swivel-api-", 0).factory());
        KubernetesClient client =
                new KubernetesClientBuilder()
                        .withConfig(config)
                        .withHttpClientFactory(new OnePool(executor))
                        .withHttpClientBuilderConsumer(http ->
                                http.addOrReplaceInterceptor(Traffic.NAME, traffic)
                                        .addOrReplaceInterceptor(
                                                RequestMeters.NAME, new RequestMeters(meters)))
                        .withKubernetesSerialization(leanSerialization())
                        .withTaskExecutor(executor)
                        .build();
        return new ApiConnection(client, executor, traffic);
    }

    /// For other uses, such as posting Events. Do not close it.
    public KubernetesClient client() {
        return client;
    }

    Traffic traffic() {
        return traffic;
    }

    @Override
    public void close() {
        client.close();
        executor.shutdown();
    }

    /// Skips `managedFields`, a third to a half of every object, without building values from it.
    private static KubernetesSerialization leanSerialization() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.addMixIn(ObjectMeta.class, WithoutManagedFields.class);
        return new KubernetesSerialization(mapper, true);
    }

    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    /// The JDK's HTTP client on our threads: its default is a pool without bound.
    private static final class OnePool extends JdkHttpClientFactory {
        private final ExecutorService executor;

        OnePool(ExecutorService executor) {
            this.executor = executor;
        }

        @Override
        protected HttpClient.Builder createNewHttpClientBuilder() {
            return HttpClient.newBuilder().executor(executor);
        }
    }
}
