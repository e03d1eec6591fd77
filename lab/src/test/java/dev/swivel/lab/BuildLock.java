package dev.swivel.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Held by one of the processes of a build, while it makes what all of them use.
public final class BuildLock implements AutoCloseable {
    private final FileChannel file;

    private BuildLock(FileChannel file) {
        this.file = file;
    }

    /// Waits until no other process holds it.
    public static BuildLock take(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            var _ = file.lock(); // ends with the channel
            return new BuildLock(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
