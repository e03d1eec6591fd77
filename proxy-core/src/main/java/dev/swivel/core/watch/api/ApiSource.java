package dev.swivel.core.watch.api;

import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterSource;
import dev.swivel.core.watch.Kind;
import dev.swivel.core.watch.decode.Decoder;
import dev.swivel.core.watch.decode.ObjectFeed;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Kubernetes API as a source: Services, EndpointSlices and this node's Node, with kube-proxy's
/// selectors (spec 1.1), which are sent to the server.
///
/// An informer for each kind ([KindFollower]). Lists come in pages, each object is read and decoded
/// as it comes, and nothing of it is kept but its name and version ([ObjectFeed] keeps the owner of
/// a slice): about 130 bytes a slice and 60 a Service.
///
/// **Silence.** A watch on a dead TCP connection looks like one on a quiet cluster: a watch ends
/// only after 5 to 10 minutes, and a server restored from a backup can leave a watch with a version
/// from its future silent for ever. API servers send a bookmark about once a minute, so a kind for
/// which nothing at all was received for the patience (2.5 minutes and a random part, lest all
/// nodes act at once) is listed anew. A server that sends no bookmarks costs a list each time, and
/// nothing else.
///
/// **Logging.** The client library logs every retry with a stack trace. Turn [#NOISY_LOGGER] off:
/// what matters is logged here, once per outage.
public final class ApiSource implements ClusterSource {
    /// Parent of all loggers of the client library; set it to OFF.
    public static final String NOISY_LOGGER = "io.fabric8.kubernetes.client";

    private static final Logger LOG = LoggerFactory.getLogger(ApiSource.class);
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private final ApiConnection connection;
    private final String nodeName;
    private final Decoder decoder;
    private final Duration patience;
    private final Map<Kind, AtomicLong> lastActive = new EnumMap<>(Kind.class);

    private List<KindFollower> followers = List.of();
    private @Nullable ScheduledExecutorService watchdog;
    private volatile boolean closed;

    /// @param connection stays open when the source is closed, and serves one source
    /// @param nodeName this node's name in the API
    /// @param allowExternalIps the feature gate AllowServiceExternalIPs (spec 3.6)
    public ApiSource(ApiConnection connection, String nodeName, boolean allowExternalIps) {
        this(
                connection,
                nodeName,
                allowExternalIps,
                PATIENCE.plusSeconds(ThreadLocalRandom.current().nextInt(60)));
    }

    /// @param patience how long a kind may be silent before it is listed anew
    public ApiSource(
            ApiConnection connection,
            String nodeName,
            boolean allowExternalIps,
            Duration patience) {
        this.connection = connection;
        this.nodeName = nodeName;
        this.decoder = new Decoder(nodeName, allowExternalIps);
        this.patience = patience;
        for (Kind kind : Kind.values()) {
            lastActive.put(kind, new AtomicLong(System.nanoTime()));
        }
    }

    @Override
    public synchronized void start(Consumer<ClusterEvent> sink) {
        if (closed || watchdog != null) {
            throw new IllegalStateException("a source is started once");
        }
        Consumer<ClusterEvent> open =
                event -> {
                    if (!closed) {
                        sink.accept(event);
                    }
                };
        Reachability reachability = new Reachability(connection::server, open, System::nanoTime);
        connection.traffic().listen(new Ears(reachability));
        followers = followers(open, reachability);
        followers.forEach(KindFollower::start);
        watchdog = startWatchdog();
    }

    private List<KindFollower> followers(Consumer<ClusterEvent> sink, Reachability reachability) {
        ObjectFeed feed = new ObjectFeed(decoder, sink);
        return Stream.of(
                        ApiCollection.services(),
                        ApiCollection.slices(),
                        ApiCollection.node(nodeName))
                .map(collection ->
                        new KindFollower(
                                collection,
                                connection,
                                feed,
                                sink,
                                (kind, failure) ->
                                        reachability.failing(kind, Traffic.describe(failure))))
                .toList();
    }

    private ScheduledExecutorService startWatchdog() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofVirtual().name("swivel-api-watchdog").factory());
        long period = Math.max(patience.toMillis() / 10, 1);
        var _ =
                timer.scheduleWithFixedDelay(
                        this::restartSilent, period, period, TimeUnit.MILLISECONDS);
        return timer;
    }

    private void restartSilent() {
        for (KindFollower follower : followers) {
            try {
                restartIfSilent(follower);
            } catch (RuntimeException e) {
                LOG.error("{} could not be listed anew; trying on", follower.kind().label(), e);
            }
        }
    }

    private void restartIfSilent(KindFollower follower) {
        AtomicLong active = lastActive.get(follower.kind());
        boolean silent = active != null && System.nanoTime() - active.get() > patience.toNanos();
        if (!closed && (silent || follower.hasStopped())) {
            LOG.info("Nothing heard of {}: listing anew", follower.kind().label());
            active(follower.kind());
            follower.restart();
        }
    }

    private void active(Kind kind) {
        AtomicLong active = lastActive.get(kind);
        if (active != null) {
            active.set(System.nanoTime());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (watchdog != null) {
            watchdog.shutdownNow();
        }
        followers.forEach(KindFollower::stop);
    }

    private final class Ears implements Traffic.Listener {
        private final Reachability reachability;

        Ears(Reachability reachability) {
            this.reachability = reachability;
        }

        @Override
        public void active(Kind kind) {
            ApiSource.this.active(kind);
        }

        @Override
        public void watching(Kind kind) {
            reachability.watching(kind);
        }

        @Override
        public void failing(Kind kind, String reason) {
            if (!closed) {
                reachability.failing(kind, reason);
            }
        }

        @Override
        public void refused(Kind kind, String reason) {
            if (!closed) {
                reachability.refused(kind, reason);
            }
        }
    }
}
