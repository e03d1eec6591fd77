package dev.swivel.core.watch.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterEvent.ListSynced;
import dev.swivel.core.watch.Kind;
import dev.swivel.core.watch.decode.ObjectFeed;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The informer of one kind: lists its objects, watches from there on, and lists again when the
/// server has forgotten the version or what it says cannot be read. Of the objects it remembers key
/// and version, no more, to tell what a new list brings unchanged and what it no longer contains.
final class KindFollower<T extends HasMetadata> {
    private static final Logger LOG = LoggerFactory.getLogger(KindFollower.class);

    /// How long the server is asked to keep a watch, in seconds: not all end at once.
    private static final int SHORTEST_WATCH = 300;

    private static final int LONGEST_WATCH = 600;

    /// A watch that ends sooner, without a word, was refused: some proxies before servers answer a
    /// version that is too old so.
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(2);

    private static final int MOST_RETRY_AFTER_SECONDS = 30;

    /// No version of an object.
    private static final String NONE = "";

    private final ApiCollection<T> collection;
    private final ApiReader<T> reader;
    private final ApiConnection connection;
    private final ObjectFeed feed;
    private final Consumer<ClusterEvent> sink;
    private final BiConsumer<Kind, Throwable> onFailure;
    private final Map<String, String> versions = new HashMap<>();

    private @Nullable Run run;
    private boolean synced;

    /// @param onFailure is told of what the server sent and we could not use; not of refused
    ///   requests and connections, which [Traffic] sees
    KindFollower(
            ApiCollection<T> collection,
            ApiConnection connection,
            ObjectFeed feed,
            Consumer<ClusterEvent> sink,
            BiConsumer<Kind, Throwable> onFailure) {
        this.collection = collection;
        this.reader = new ApiReader<>(collection.type());
        this.connection = connection;
        this.feed = feed;
        this.sink = sink;
        this.onFailure = onFailure;
    }

    Kind kind() {
        return collection.kind();
    }

    synchronized void start() {
        run = new Run();
        run.thread.start();
    }

    /// Lists everything again, and takes every object for changed. What was deleted meanwhile is
    /// noticed: the keys are kept.
    synchronized void restart() {
        stop();
        versions.replaceAll((_, _) -> NONE);
        start();
    }

    /// Whether the thread ended, which it should never do.
    synchronized boolean hasStopped() {
        return run != null && !run.thread.isAlive();
    }

    synchronized void stop() {
        if (run != null) {
            run.thread.interrupt();
            run = null;
        }
    }

    /// From one start to the stop. What it still reads after that is dropped: the next list brings
    /// it again.
    private final class Run {
        private final Thread thread =
                Thread.ofVirtual().name("swivel-api-" + kind().label()).unstarted(this::follow);
        private final Backoff backoff = new Backoff(connection.retryInterval());

        /// From where to watch; empty if a new list is needed.
        private String version = NONE;

        private void follow() {
            try {
                while (true) {
                    attempt();
                    backoff.rest(Duration.ZERO);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // stopped
            }
        }

        private void attempt() throws InterruptedException {
            try {
                list();
                watch();
            } catch (ApiStatusException e) {
                LOG.debug("{} cannot be listed: {}", kind().label(), e.getMessage());
            } catch (IOException | RuntimeException e) {
                whileCurrent(() -> onFailure.accept(kind(), e));
            }
        }

        private void list() throws IOException, InterruptedException {
            Set<String> listed = new HashSet<>();
            ApiReader.Page page;
            String token = "";
            do {
                try (InputStream in = connection.get(collection.page(token))) {
                    page = reader.page(in, object -> listed(object, listed));
                }
                token = page.token();
            } while (!token.isEmpty());
            whileCurrent(() -> listEnds(listed));
            version = page.version();
        }

        private void listed(T object, Set<String> listed) {
            ObjectMeta metadata = metadata(object);
            String key = key(metadata);
            String is = text(metadata.getResourceVersion());
            listed.add(key);
            whileCurrent(() -> {
                String was = versions.put(key, is);
                if (is.isEmpty() || !is.equals(was)) {
                    feed.put(object);
                }
            });
        }

        private void listEnds(Set<String> listed) {
            for (String key : List.copyOf(versions.keySet())) {
                if (!listed.contains(key)) {
                    gone(key);
                }
            }
            if (!synced) {
                synced = true;
                sink.accept(new ListSynced(kind()));
            }
        }

        /// Watches, again and again, until a new list is needed.
        private void watch() throws IOException, InterruptedException {
            while (!version.isEmpty()) {
                Duration rest = Duration.ZERO;
                try (InputStream in =
                        connection.stream(collection.watch(version, lengthOfWatch()))) {
                    rest = read(in);
                } catch (ApiStatusException e) {
                    version = e.isGone() ? NONE : version;
                } catch (JsonEOFException e) {
                    LOG.debug("a watch of {} broke off within an event", kind().label(), e);
                } catch (JsonProcessingException e) {
                    throw e; // something was said that is lost
                } catch (IOException e) {
                    LOG.debug("a watch of {} broke off", kind().label(), e);
                }
                if (!version.isEmpty()) {
                    backoff.rest(rest);
                }
            }
        }

        /// Reads to the end.
        ///
        /// @return how long the server asks to be left alone
        private Duration read(InputStream in) throws IOException {
            long start = System.nanoTime();
            boolean heard = false;
            try (MappingIterator<JsonNode> events = reader.events(in)) {
                while (events.hasNextValue()) {
                    heard = true;
                    JsonNode event = events.nextValue();
                    JsonNode object = event.path("object");
                    String type = event.path("type").asText();
                    if (type.equals("ERROR")) {
                        return error(object);
                    }
                    backoff.succeeded();
                    take(type, object);
                }
            } finally {
                if (System.nanoTime() - start > REFUSED_WITHIN.toNanos()) {
                    heard = true;
                    backoff.succeeded();
                }
            }
            version = heard ? version : NONE;
            return Duration.ZERO;
        }

        private Duration error(JsonNode status) {
            if (status.path("code").asInt() == ApiStatusException.GONE) {
                version = NONE;
            }
            int seconds = status.path("details").path("retryAfterSeconds").asInt();
            return Duration.ofSeconds(Math.clamp(seconds, 0, MOST_RETRY_AFTER_SECONDS));
        }

        private void take(String type, JsonNode json) throws IOException {
            switch (type) {
                case "BOOKMARK" -> {}
                case "ADDED", "MODIFIED" -> {
                    T object = reader.object(json);
                    ObjectMeta metadata = metadata(object);
                    whileCurrent(() -> {
                        versions.put(key(metadata), text(metadata.getResourceVersion()));
                        feed.put(object);
                    });
                }
                case "DELETED" -> {
                    String key = key(metadata(reader.object(json)));
                    whileCurrent(() -> gone(key));
                }
                default -> throw new UnknownEventException(type);
            }
            version = json.path("metadata").path("resourceVersion").asText(version);
        }

        private void gone(String key) {
            versions.remove(key);
            int slash = key.indexOf('/');
            feed.remove(kind(), key.substring(0, slash), key.substring(slash + 1));
        }

        private void whileCurrent(Runnable action) {
            synchronized (KindFollower.this) {
                if (run == this) {
                    action.run();
                }
            }
        }
    }

    private static Duration lengthOfWatch() {
        return Duration.ofSeconds(
                ThreadLocalRandom.current().nextInt(SHORTEST_WATCH, LONGEST_WATCH));
    }

    private static ObjectMeta metadata(HasMetadata object) {
        return Objects.requireNonNullElseGet(object.getMetadata(), ObjectMeta::new);
    }

    private static String key(ObjectMeta metadata) {
        return text(metadata.getNamespace()) + "/" + text(metadata.getName());
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// Of a later server, which we might miss something of.
    private static final class UnknownEventException extends JsonProcessingException {
        private static final long serialVersionUID = 1L;

        UnknownEventException(String type) {
            super("a watch said " + type);
        }
    }
}
