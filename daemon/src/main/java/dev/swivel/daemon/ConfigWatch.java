package dev.swivel.daemon;

import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ConfigReader;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.watch.FolderWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices that the configuration file says something else than at the start, and asks for a
/// restart (spec 11.8).
///
/// When something happened in the file's directory, and every ten seconds, it reads the file and
/// compares contents: so it does not matter whether the file was written, replaced, or a
/// ConfigMap's symbolic link was swapped. A file that is gone, is being written, or cannot be used
/// changes nothing yet: a proxy that runs is better than one that cannot start.
final class ConfigWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConfigWatch.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SETTLING = Duration.ofSeconds(1);

    private final Path file;
    private final Settings settings;
    private final ProxyConfig inForce;
    private final Runnable onChange;
    private final Thread thread;

    private ConfigWatch(Path file, Settings settings, ProxyConfig inForce, Runnable onChange) {
        this.file = file;
        this.settings = settings;
        this.inForce = inForce;
        this.onChange = onChange;
        this.thread = Thread.ofPlatform().daemon().name("config-watch").unstarted(this::run);
    }

    /// @param inForce what the file said at the start
    /// @param onChange called once, when the file says something else that can be used
    static ConfigWatch start(Path file, Settings settings, ProxyConfig inForce, Runnable onChange) {
        ConfigWatch watch = new ConfigWatch(file, settings, inForce, onChange);
        watch.thread.start();
        return watch;
    }

    private void run() {
        byte[] judged = {};
        try (FolderWatch watch =
                new FolderWatch(file.toAbsolutePath().resolveSibling(""), PATIENCE)) {
            while (true) {
                watch.arm(); // before the look, so that no change falls in between
                byte[] now = settledContent(judged);
                if (!Arrays.equals(now, judged)) {
                    judged = now;
                    if (differs()) {
                        onChange.run();
                        return;
                    }
                }
                watch.await();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Not of a file that is being written just now.
    private byte[] settledContent(byte[] known) throws InterruptedException {
        byte[] before = known;
        byte[] now = content(known);
        while (!Arrays.equals(now, before)) {
            Thread.sleep(SETTLING);
            before = now;
            now = content(now);
        }
        return now;
    }

    private byte[] content(byte[] otherwise) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException _) {
            return otherwise;
        }
    }

    private boolean differs() {
        try {
            ConfigReader.Result result = settings.read();
            return !result.config().equals(inForce);
        } catch (ConfigException e) {
            log.error(
                    "the changed configuration is not taken over: {}",
                    String.valueOf(e.getMessage()).replaceAll("\\s*\n\\s*", " "));
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
