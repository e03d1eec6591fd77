package dev.swivel.userspace.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Whether this machine has processors to spare right now, as `/proc/loadavg` tells (proc(5)), of
/// whatever container. Looking takes about two microseconds. Not for several threads at once.
final class Processors implements AutoCloseable {
    private static final Path FILE = Path.of("/proc/loadavg");

    private final ByteBuffer text = ByteBuffer.allocateDirect(64);
    private final int count = Runtime.getRuntime().availableProcessors();
    private final FileChannel file;

    Processors() {
        try {
            file = FileChannel.open(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether one is free besides those that are at work, the caller's among them.
    boolean spare() {
        try {
            int _ = file.read(text.clear(), 0);
            return running(text.flip()) < count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How many threads of all that there are run or could: `0.20 0.18 0.12 1/80 11206` has one.
    static int running(ByteBuffer loadavg) {
        int number = 0;
        while (loadavg.hasRemaining()) {
            byte next = loadavg.get();
            if (next == '/') {
                return number;
            }
            number = next >= '0' && next <= '9' ? number * 10 + next - '0' : 0;
        }
        throw new IllegalArgumentException(FILE + " names no number of running threads");
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
