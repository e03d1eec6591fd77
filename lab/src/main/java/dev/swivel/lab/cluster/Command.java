package dev.swivel.lab.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs a command to its end.
final class Command {
    private static final long TIMEOUT_SECONDS = 60;

    private Command() {}

    static CommandResult run(List<String> argv, Map<String, String> environment, String stdin) {
        var builder = new ProcessBuilder(argv);
        builder.environment().putAll(environment);
        try {
            var process = builder.start();
            // Both pipes are read at once: a command that fills one blocks until it is emptied.
            var stderr = CompletableFuture.supplyAsync(() -> read(process, true), Thread::startVirtualThread);
            var stdout = CompletableFuture.supplyAsync(() -> read(process, false), Thread::startVirtualThread);
            write(process, stdin);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("no end after 60 s: " + String.join(" ", argv));
            }
            return new CommandResult(
                    List.copyOf(argv), process.exitValue(), stdout.join(), stderr.join());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + String.join(" ", argv), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + String.join(" ", argv), e);
        }
    }

    private static void write(Process process, String stdin) {
        try (var pipe = process.getOutputStream()) {
            pipe.write(stdin.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // The command ended without reading; its exit code says why.
        }
    }

    private static String read(Process process, boolean errors) {
        try (var pipe = errors ? process.getErrorStream() : process.getInputStream()) {
            return new String(pipe.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
