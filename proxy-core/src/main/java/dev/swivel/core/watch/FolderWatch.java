package dev.swivel.core.watch;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits until something in a directory may have changed. It returns after a while in any case: the
/// target of a link can be written without an event here, a network file system sends none, and the
/// directory may not be there yet.
public final class FolderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

    /// An editor's or a copy's burst of events becomes one scan.
    private static final long QUIET_MILLIS = 30;

    private static final int MOST_BURSTS = 10;

    private final Path directory;
    private final long patienceMillis;
    private @Nullable WatchService service;
    private @Nullable WatchKey key;

    /// @param patience after which it is time to look, even if nothing was heard
    public FolderWatch(Path directory, Duration patience) {
        this.directory = directory;
        this.patienceMillis = patience.toMillis();
        try {
            service = directory.getFileSystem().newWatchService();
        } catch (IOException e) {
            LOG.warn(
                    "No file events for {}, looking every {} s (raise fs.inotify.max_user_instances)",
                    directory,
                    patienceMillis / 1000,
                    e);
        }
    }

    /// Begins to notice changes, if it does not yet.
    public void arm() {
        if (service == null || (key != null && key.isValid())) {
            return;
        }
        try {
            key = directory.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
        } catch (IOException _) {
            key = null; // not there, or no more watches: the scan says so, and we come back
        }
    }

    public void await() throws InterruptedException {
        WatchService events = service;
        if (events == null) {
            TimeUnit.MILLISECONDS.sleep(patienceMillis);
            return;
        }
        WatchKey changed = events.poll(patienceMillis, TimeUnit.MILLISECONDS);
        for (int burst = 0; changed != null && burst < MOST_BURSTS; burst++) {
            changed.pollEvents();
            changed.reset();
            changed = events.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (changed != null) {
            changed.pollEvents();
            changed.reset();
        }
    }

    @Override
    public void close() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.debug("Closing the watch of {}", directory, e);
            }
        }
    }
}
