package dev.swivel.core.watch.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.swivel.core.watch.Kind;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.ConnectException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Sees the HTTP requests of the informers, which go on by themselves whatever happens: that a
/// watch cannot be made again, or is silent, shows here, for each try of a request.
final class Traffic implements Interceptor {
    static final String NAME = "SWIVEL_TRAFFIC";

    /// What is told of the requests for one kind. Called on HTTP threads.
    interface Listener {
        /// A byte went either way.
        void active(Kind kind);

        void watching(Kind kind);

        void failing(Kind kind, String reason);

        void refused(Kind kind, String reason);
    }

    private static final int MAX_RETRY_AFTER_SECONDS = 30;

    private volatile @Nullable Listener listener;

    void listen(Listener to) {
        listener = to;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        tell(request.uri(), Listener::active);
    }

    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        return (bytes, body) -> {
            tell(request.uri(), Listener::active);
            consumer.consume(bytes, body);
        };
    }

    @Override
    public void after(
            HttpRequest request,
            HttpResponse<?> response,
            AsyncBody.@Nullable Consumer<List<ByteBuffer>> consumer) {
        URI uri = request.uri();
        int code = response.code();
        if (HttpResponse.isSuccessful(code)) {
            if (isWatch(uri)) {
                tell(uri, Listener::watching);
            }
        } else if (code == 401 || code == 403) {
            tell(uri, (to, kind) -> to.refused(kind, "HTTP " + code));
        } else if (code != 410) { // 410 asks for a new list, which is no failure
            tell(uri, (to, kind) -> to.failing(kind, "HTTP " + code));
        }
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        tell(request.uri(), (to, kind) -> to.failing(kind, describe(failure)));
    }

    /// Holds the answer back for as long as the server asks: the client's own retries go by their
    /// interval alone.
    @Override
    public CompletableFuture<Boolean> afterFailure(
            BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
        CompletableFuture<Boolean> noRetryHere = CompletableFuture.completedFuture(false);
        int seconds = retryAfterSeconds(response.header("Retry-After"));
        return seconds == 0
                ? noRetryHere
                : noRetryHere.thenApplyAsync(
                        no -> no,
                        CompletableFuture.delayedExecutor(
                                seconds, TimeUnit.SECONDS, Runnable::run));
    }

    private static int retryAfterSeconds(@Nullable String header) {
        try {
            int seconds = header == null ? 0 : Integer.parseInt(header.strip());
            return Math.clamp(seconds, 0, MAX_RETRY_AFTER_SECONDS);
        } catch (NumberFormatException _) {
            return 0; // an HTTP date, which no API server sends
        }
    }

    private void tell(URI uri, BiConsumer<Listener, Kind> what) {
        Listener to = listener;
        if (to != null) {
            kind(uri).ifPresent(kind -> what.accept(to, kind));
        }
    }

    /// The kind of which a request lists or watches the collection. Other requests of the same
    /// client, such as for Events, are none of our business.
    static Optional<Kind> kind(URI uri) {
        String path = uri.getPath();
        if (path == null) {
            return Optional.empty();
        }
        if (path.endsWith("/api/v1/services")) {
            return Optional.of(Kind.SERVICE);
        }
        if (path.endsWith("/apis/discovery.k8s.io/v1/endpointslices")) {
            return Optional.of(Kind.SLICE);
        }
        return path.endsWith("/api/v1/nodes") ? Optional.of(Kind.NODE) : Optional.empty();
    }

    static boolean isWatch(URI uri) {
        String query = uri.getQuery();
        return query != null && query.contains("watch=true");
    }

    /// The JDK's client does not say what it was that the kernel said; the JSON library adds lines
    /// about where.
    private static @Nullable String message(Throwable cause) {
        String message =
                cause instanceof JsonProcessingException json
                        ? json.getOriginalMessage()
                        : cause.getMessage();
        return message == null && cause instanceof ConnectException
                ? "refused, or no way there"
                : message;
    }

    /// One line of a failure: its type and the messages of its causes.
    static String describe(Throwable failure) {
        StringBuilder text = new StringBuilder();
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 4; depth++) {
            String message = message(cause);
            String part = cause.getClass().getSimpleName() + (message == null ? "" : " " + message);
            if (text.indexOf(part) < 0) {
                text.append(text.isEmpty() ? "" : ": ").append(part);
            }
            cause = cause.getCause();
        }
        return text.substring(0, Math.min(text.length(), 300));
    }
}
