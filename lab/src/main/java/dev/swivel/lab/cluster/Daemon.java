package dev.swivel.lab.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A process that was started on a machine of the cluster.
public final class Daemon implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Process process;
    private final Path log;

    private Daemon(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static Daemon start(List<String> argv, Map<String, String> environment, Path log)
            throws IOException {
        var builder = new ProcessBuilder(new ArrayList<>(argv));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        var process = builder.start();
        process.getOutputStream().close();
        return new Daemon(process, log);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// For signals, exit codes and waiting.
    public Process process() {
        return process;
    }

    public Path log() {
        return log;
    }

    /// Sends SIGTERM, and SIGKILL if the process has not ended when the time is over.
    ///
    /// @return whether it ended by itself
    public boolean stop(Duration grace) {
        process.destroy();
        try {
            if (process.waitFor(grace.toNanos(), TimeUnit.NANOSECONDS)) {
                return true;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        kill();
        return false;
    }

    /// Sends SIGKILL and waits until the process is gone.
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /// Stops the process, with 10 seconds of grace.
    @Override
    public void close() {
        stop(GRACE);
    }
}
