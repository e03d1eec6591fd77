package dev.swivel.core.watch.manifests;

import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterEvent.Connected;
import dev.swivel.core.watch.ClusterEvent.Disconnected;
import dev.swivel.core.watch.ClusterEvent.ListSynced;
import dev.swivel.core.watch.ClusterEvent.ObjectProblems;
import dev.swivel.core.watch.ClusterSource;
import dev.swivel.core.watch.FolderWatch;
import dev.swivel.core.watch.Kind;
import dev.swivel.core.watch.decode.Decoder;
import dev.swivel.core.watch.decode.NamespacedName;
import dev.swivel.core.watch.decode.ObjectFeed;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A directory of manifests as a source: Services, EndpointSlices and this node's Node in `*.yaml`,
/// `*.yml` and `*.json` files, followed as they change. Objects take the same way as the API's.
///
/// Of an object in several files the first file by name counts. A file that cannot be read keeps
/// what it last said, as does a directory. What is wrong with a file is reported under the kind
/// `Manifest` and the file's name.
public final class ManifestSource implements ClusterSource {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestSource.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Path directory;
    private final String nodeName;
    private final Decoder decoder;
    private final ManifestFolder folder;

    private @Nullable Thread thread;
    private volatile boolean closed;

    // Only the source's thread touches these.
    private Map<ObjectKey, HasMetadata> served = Map.of();
    private Map<String, List<Problem>> reported = Map.of();
    private boolean synced;
    private long awaySince;
    private boolean away;

    /// @param nodeName this node's name; a Node of that name may be among the manifests
    /// @param allowExternalIps the feature gate AllowServiceExternalIPs (spec 3.6)
    public ManifestSource(Path directory, String nodeName, boolean allowExternalIps) {
        this.directory = directory;
        this.nodeName = nodeName;
        this.decoder = new Decoder(nodeName, allowExternalIps);
        this.folder = new ManifestFolder(directory);
    }

    @Override
    public synchronized void start(Consumer<ClusterEvent> sink) {
        if (closed || thread != null) {
            throw new IllegalStateException("a source is started once");
        }
        ObjectFeed feed = new ObjectFeed(decoder, sink);
        thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("swivel-manifests")
                        .start(() -> follow(feed, sink));
    }

    private void follow(ObjectFeed feed, Consumer<ClusterEvent> sink) {
        try (FolderWatch watch = new FolderWatch(directory, PATIENCE)) {
            while (!closed) {
                watch.arm(); // before the scan, so that no change falls in between
                scanSafely(feed, sink);
                watch.await();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void scanSafely(ObjectFeed feed, Consumer<ClusterEvent> sink) {
        try {
            scan(feed, sink);
        } catch (RuntimeException e) {
            LOG.error("A defect while reading {}; trying on", directory, e);
        }
    }

    private void scan(ObjectFeed feed, Consumer<ClusterEvent> sink) {
        Map<String, ManifestContent> contents;
        try {
            contents = folder.scan();
        } catch (IOException e) {
            disconnected(e, sink);
            return;
        }
        if (closed) {
            return; // an interrupted read is no finding
        }
        Map<String, List<Problem>> problems = new LinkedHashMap<>();
        Map<ObjectKey, HasMetadata> objects = merge(contents, problems);
        emit(objects, feed);
        report(problems, sink);
        if (!synced) {
            synced = true;
            for (Kind kind : Kind.values()) {
                sink.accept(new ListSynced(kind));
            }
            LOG.info("Serving {} objects of {}", objects.size(), directory);
            sink.accept(new Connected(Duration.ZERO));
        } else if (away) {
            Duration outage = Duration.ofNanos(System.nanoTime() - awaySince);
            LOG.info("{} can be read again, after {} s", directory, outage.toMillis() / 1000.0);
            sink.accept(new Connected(outage));
        }
        away = false;
    }

    private void disconnected(IOException e, Consumer<ClusterEvent> sink) {
        if (!away && !closed) {
            away = true;
            awaySince = System.nanoTime();
            LOG.error("{} cannot be read. What is known stays in force; trying on", directory, e);
            sink.accept(new Disconnected(directory + " cannot be read: " + e));
        }
    }

    private Map<ObjectKey, HasMetadata> merge(
            Map<String, ManifestContent> contents, Map<String, List<Problem>> problems) {
        Map<ObjectKey, HasMetadata> objects = new LinkedHashMap<>();
        Map<ObjectKey, String> files = new LinkedHashMap<>();
        contents.forEach((file, content) -> {
            List<Problem> found = new ArrayList<>();
            content.complaints().forEach(c -> found.add(invalid(file, c)));
            content.objects()
                    .forEach((key, object) -> {
                        String first = files.putIfAbsent(key, file);
                        if (first == null) {
                            objects.put(key, object);
                        } else {
                            found.add(duplicate(file, key, first));
                        }
                    });
            if (!found.isEmpty()) {
                problems.put(file, found);
            }
        });
        objects.keySet().removeIf(this::isOtherNode);
        return objects;
    }

    private boolean isOtherNode(ObjectKey key) {
        return key.kind() == Kind.NODE && !key.name().equals(nodeName);
    }

    /// What is new first, so that what moves between objects is never nowhere.
    private void emit(Map<ObjectKey, HasMetadata> objects, ObjectFeed feed) {
        objects.forEach((key, object) -> {
            if (!object.equals(served.get(key))) {
                feed.put(key.kind(), ManifestReader.tree(object));
            }
        });
        for (ObjectKey key : served.keySet()) {
            if (!objects.containsKey(key)) {
                feed.remove(key.kind(), new NamespacedName(key.namespace(), key.name()));
            }
        }
        served = objects;
    }

    private void report(Map<String, List<Problem>> problems, Consumer<ClusterEvent> sink) {
        problems.forEach((file, list) -> {
            if (!list.equals(reported.get(file))) {
                sink.accept(new ObjectProblems(ref(file), list));
            }
        });
        for (String file : reported.keySet()) {
            if (!problems.containsKey(file)) {
                sink.accept(new ObjectProblems(ref(file), List.of()));
            }
        }
        reported = problems;
    }

    private Problem invalid(String file, String complaint) {
        String line = complaint.lines().findFirst().orElse(complaint);
        return new Problem(ref(file), "InvalidManifest", directory.resolve(file) + ": " + line);
    }

    private Problem duplicate(String file, ObjectKey key, String first) {
        return new Problem(
                ref(file),
                "DuplicateObject",
                directory.resolve(file)
                        + ": "
                        + key
                        + " is in "
                        + first
                        + " already, which counts");
    }

    private static ObjectRef ref(String file) {
        return new ObjectRef("Manifest", "", file);
    }

    @Override
    public void close() {
        closed = true;
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running == null || running.equals(Thread.currentThread())) {
            return;
        }
        running.interrupt();
        try {
            running.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
