package dev.swivel.core.watch.api;

import dev.swivel.core.metrics.Buckets;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Counts and times requests to the API server under the names that Kubernetes' own client has
/// (`rest_client_*`): each try for itself, up to the head of the answer.
///
/// There is no client-side rate limit here, so `rest_client_rate_limiter_duration_seconds` would
/// have nothing to tell.
final class RequestMeters implements Interceptor {
    static final String NAME = "SWIVEL_REQUEST_METERS";
    private static final int MOST_IN_FLIGHT = 64;

    private final MeterRegistry registry;

    /// When the tries under way began, by method and URI: the library gives no better name for a
    /// request before and after. The oldest go first, since a request may end without a word.
    private final Map<String, Long> started =
            Collections.synchronizedMap(
                    new LinkedHashMap<>() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                            return size() > MOST_IN_FLIGHT;
                        }
                    });

    RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        started.put(key(request), System.nanoTime());
        String body = request.bodyString();
        DistributionSummary.builder("rest.client.request.size.bytes")
                .description("[ALPHA] Request size in bytes. Broken down by verb and host.")
                .tag("verb", request.method())
                .tag("host", host(request.uri()))
                .serviceLevelObjectives(Buckets.sizes())
                .register(registry)
                .record(body == null ? 0 : body.length());
    }

    @Override
    public void after(
            HttpRequest request,
            HttpResponse<?> response,
            AsyncBody.@Nullable Consumer<List<ByteBuffer>> consumer) {
        ended(request, Integer.toString(response.code()));
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        ended(request, "<error>");
    }

    private void ended(HttpRequest request, String code) {
        Counter.builder("rest.client.requests.total")
                .description(
                        "[ALPHA] Number of HTTP requests, partitioned by status code, method, and host.")
                .tag("code", code)
                .tag("method", request.method())
                .tag("host", host(request.uri()))
                .register(registry)
                .increment();
        Long since = started.remove(key(request));
        if (since != null) {
            Timer.builder("rest.client.request.duration")
                    .description(
                            "[ALPHA] Request latency in seconds. Broken down by verb, and host.")
                    .tag("verb", request.method())
                    .tag("host", host(request.uri()))
                    .serviceLevelObjectives(Buckets.requests())
                    .register(registry)
                    .record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
        }
    }

    private static String key(HttpRequest request) {
        return request.method() + " " + request.uri();
    }

    private static String host(URI uri) {
        String authority = uri.getRawAuthority();
        return authority == null ? "" : authority;
    }
}
