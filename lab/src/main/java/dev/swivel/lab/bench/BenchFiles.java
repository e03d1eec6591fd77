package dev.swivel.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// A directory for logs and a kubeconfig, removed at the end, also on Ctrl-C.
final class BenchFiles implements AutoCloseable {
    private final Path directory;

    private BenchFiles(Path directory) {
        this.directory = directory;
    }

    static BenchFiles create() throws IOException {
        BenchFiles files = new BenchFiles(Files.createTempDirectory("swivel-bench-"));
        Runtime.getRuntime().addShutdownHook(new Thread(files::close, "bench-removal"));
        return files;
    }

    Path directory() {
        return directory;
    }

    @Override
    public synchronized void close() {
        if (!Files.exists(directory)) {
            return;
        }
        try (var all = Files.walk(directory)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("could not remove " + directory + ": " + e.getMessage());
        }
    }
}
