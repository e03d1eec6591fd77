package dev.swivel.core.watch.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterEvent.ListSynced;
import dev.swivel.core.watch.Kind;
import dev.swivel.core.watch.decode.NamespacedName;
import dev.swivel.core.watch.decode.ObjectFeed;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
final class KindFollower {
    private static final Logger LOG = LoggerFactory.getLogger(KindFollower.class);

    /// How long the server is asked to keep a watch, in seconds: not all end at once.
    private static final int SHORTEST_WATCH = 300;

    private static final int LONGEST_WATCH = 600;

    /// A watch that ends sooner, without a word, was refused: some proxies before servers answer a
    /// version that is too old so.
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(2);

    private static final int MOST_RETRY_AFTER_SECONDS = 30;

    /// An object of this version must be taken for changed.
    private static final long NO_VERSION = -1;

    private final ApiCollection collection;
    private final ApiConnection connection;
    private final ObjectFeed feed;
    private final Consumer<ClusterEvent> sink;
    private final BiConsumer<Kind, Throwable> onFailure;
    private final Map<NamespacedName, Long> versions = new HashMap<>();

    private @Nullable Run run;
    private boolean synced;

    /// @param onFailure is told of what the server sent and we could not use; not of refused
    ///   requests and connections, which [Traffic] sees
    KindFollower(
            ApiCollection collection,
            ApiConnection connection,
            ObjectFeed feed,
            Consumer<ClusterEvent> sink,
            BiConsumer<Kind, Throwable> onFailure) {
        this.collection = collection;
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
        versions.replaceAll((_, _) -> NO_VERSION);
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
        private String version = "";

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
            Set<NamespacedName> listed = new HashSet<>();
            try (Pages pages = new Pages()) {
                ApiReader.Page page;
                do {
                    page = pages.read(object -> listed(object, listed));
                } while (!page.token().isEmpty());
                whileCurrent(() -> listEnds(listed));
                version = page.version();
            }
        }

        private void listed(JsonNode object, Set<NamespacedName> listed) {
            NamespacedName name = NamespacedName.of(object);
            long is = version(object);
            listed.add(name);
            whileCurrent(() -> {
                Long was = versions.put(name, is);
                if (was == null || was != is || is == NO_VERSION) {
                    feed.put(kind(), object);
                }
            });
        }

        private void listEnds(Set<NamespacedName> listed) {
            for (NamespacedName name : List.copyOf(versions.keySet())) {
                if (!listed.contains(name)) {
                    gone(name);
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
                    version = e.isGone() ? "" : version;
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
            try (MappingIterator<JsonNode> events = ApiReader.events(in)) {
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
            version = heard ? version : "";
            return Duration.ZERO;
        }

        private Duration error(JsonNode status) {
            if (status.path("code").asInt() == ApiStatusException.GONE) {
                version = "";
            }
            int seconds = status.path("details").path("retryAfterSeconds").asInt();
            return Duration.ofSeconds(Math.clamp(seconds, 0, MOST_RETRY_AFTER_SECONDS));
        }

        private void take(String type, JsonNode object) throws IOException {
            switch (type) {
                case "BOOKMARK" -> {}
                case "ADDED", "MODIFIED" -> {
                    whileCurrent(() -> {
                        versions.put(NamespacedName.of(object), version(object));
                        feed.put(kind(), object);
                    });
                }
                case "DELETED" -> {
                    NamespacedName name = NamespacedName.of(object);
                    whileCurrent(() -> gone(name));
                }
                default -> throw new UnknownEventException(type);
            }
            version = object.path("metadata").path("resourceVersion").asText(version);
        }

        private void gone(NamespacedName name) {
            versions.remove(name);
            feed.remove(kind(), name);
        }

        private void whileCurrent(Runnable action) {
            synchronized (KindFollower.this) {
                if (run == this) {
                    action.run();
                }
            }
        }
    }

    /// The pages of one list. A page is asked for when the one before begins to be read, so the
    /// server works on it meanwhile.
    private final class Pages implements AutoCloseable {
        private ApiConnection.Asked next = connection.ask(collection.page(""));

        ApiReader.Page read(Consumer<JsonNode> items) throws IOException, InterruptedException {
            try (InputStream in = next.body()) {
                return ApiReader.page(in, this::ask, items);
            }
        }

        private void ask(String token) {
            if (!token.isEmpty()) {
                next = connection.ask(collection.page(token));
            }
        }

        /// Breaks off what was asked for and not read.
        @Override
        public void close() {
            next.close();
        }
    }

    private static Duration lengthOfWatch() {
        return Duration.ofSeconds(
                ThreadLocalRandom.current().nextInt(SHORTEST_WATCH, LONGEST_WATCH));
    }

    /// The version as a number, which it is wherever Kubernetes keeps its objects.
    private static long version(JsonNode object) {
        String text = object.path("metadata").path("resourceVersion").textValue();
        if (text == null || text.isEmpty()) {
            return NO_VERSION;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return NO_VERSION;
        }
    }

    /// Of a later server, which we might miss something of.
    private static final class UnknownEventException extends JsonProcessingException {
        private static final long serialVersionUID = 1L;

        UnknownEventException(String type) {
            super("a watch said " + type);
        }
    }
}
