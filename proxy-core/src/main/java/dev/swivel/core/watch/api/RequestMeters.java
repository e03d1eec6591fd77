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
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Counts and times requests to the API server under the names that Kubernetes' own client has
/// (`rest_client_*`): each try for itself, up to the head of the answer.
///
/// There is no client-side rate limit here: what a request waits for one is 0 s.
final class RequestMeters implements Interceptor {
    static final String NAME = "SWIVEL_REQUEST_METERS";
    private static final int MOST_REMEMBERED = 64;
    private static final String NO_ANSWER = "<error>";

    private final MeterRegistry registry;

    /// When the tries under way began, by method and URI: the library gives no better name for a
    /// request before and after.
    private final Map<String, Long> started = remembering();

    /// How the last try for a method and path ended, if that was a failure that is tried again.
    private final Map<String, String> failed = remembering();

    /// The oldest go first, since a request may end without a word.
    private static <V> Map<String, V> remembering() {
        return Collections.synchronizedMap(
                new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                        return size() > MOST_REMEMBERED;
                    }
                });
    }

    RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        started.put(key(request), System.nanoTime());
        String failure = failed.remove(place(request));
        if (failure != null) {
            retried(request, failure);
        }
        timer(
                        "rest.client.rate.limiter.duration",
                        "[ALPHA] Client side rate limiter latency in seconds. Broken down by verb, and host.",
                        request)
                .record(Duration.ZERO);
        String body = request.bodyString();
        sizes(
                        "rest.client.request.size.bytes",
                        "[ALPHA] Request size in bytes. Broken down by verb and host.",
                        request)
                .record(body == null ? 0 : body.length());
    }

    private DistributionSummary sizes(String name, String help, HttpRequest request) {
        return DistributionSummary.builder(name)
                .description(help)
                .tag("verb", request.method())
                .tag("host", host(request.uri()))
                .serviceLevelObjectives(Buckets.sizes())
                .register(registry);
    }

    private void retried(HttpRequest request, String code) {
        Counter.builder("rest.client.request.retries.total")
                .description(
                        "[ALPHA] Number of request retries, partitioned by status code, verb, and host.")
                .tag("code", code)
                .tag("verb", request.method())
                .tag("host", host(request.uri()))
                .register(registry)
                .increment();
    }

    /// Counts the bytes of an answer, but of watches, which have no end.
    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        if (Traffic.isWatch(request.uri())) {
            return consumer;
        }
        LongAdder bytes = new LongAdder();
        AtomicBoolean waited = new AtomicBoolean();
        return (buffers, body) -> {
            buffers.forEach(buffer -> bytes.add(buffer.remaining()));
            if (!waited.getAndSet(true)) {
                var _ = body.done().thenRun(() -> received(request, (double) bytes.sum()));
            }
            consumer.consume(buffers, body);
        };
    }

    private void received(HttpRequest request, double bytes) {
        sizes(
                        "rest.client.response.size.bytes",
                        "[ALPHA] Response size in bytes. Broken down by verb and host.",
                        request)
                .record(bytes);
    }

    @Override
    public void after(
            HttpRequest request,
            HttpResponse<?> response,
            AsyncBody.@Nullable Consumer<List<ByteBuffer>> consumer) {
        int code = response.code();
        if (code == 429 || code >= 500) {
            failed.put(place(request), Integer.toString(code));
        }
        ended(request, Integer.toString(code));
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        failed.put(place(request), NO_ANSWER);
        ended(request, NO_ANSWER);
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
            timer(
                            "rest.client.request.duration",
                            "[ALPHA] Request latency in seconds. Broken down by verb, and host.",
                            request)
                    .record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
        }
    }

    private Timer timer(String name, String help, HttpRequest request) {
        return Timer.builder(name)
                .description(help)
                .tag("verb", request.method())
                .tag("host", host(request.uri()))
                .serviceLevelObjectives(Buckets.requests())
                .register(registry);
    }

    private static String key(HttpRequest request) {
        return request.method() + " " + request.uri();
    }

    private static String place(HttpRequest request) {
        return request.method() + " " + request.uri().getPath();
    }

    private static String host(URI uri) {
        String authority = uri.getRawAuthority();
        return authority == null ? "" : authority;
    }
}
