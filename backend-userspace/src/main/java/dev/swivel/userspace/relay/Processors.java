package dev.swivel.userspace.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Whether this machine has processors to spare right now, as `/proc/loadavg` tells (proc(5)), of
/// whatever container. Looking takes about two microseconds. Not for several threads at once.
final class Processors implements AutoCloseable {
    private static final Path FILE = Path.of("/proc/loadavg");

    private final ByteBuffer text = ByteBuffer.allocateDirect(64);
    private final int count = Runtime.getRuntime().availableProcessors();
    private final @Nullable FileChannel file;

    Processors() {
        FileChannel opened = null;
        try {
            opened = FileChannel.open(FILE);
        } catch (IOException _) {
            // Hidden from this process.
        }
        file = opened;
    }

    /// Whether one is free besides those that are at work, the caller's among them; false if that
    /// cannot be told.
    boolean spare() {
        FileChannel source = file;
        if (source == null) {
            return false;
        }
        try {
            int _ = source.read(text.clear(), 0);
            return running(text.flip()) < count;
        } catch (IOException _) {
            return false;
        }
    }

    /// How many threads of all that there are run or could: `0.20 0.18 0.12 1/80 11206` has one.
    ///
    /// @return [Integer#MAX_VALUE] if the text does not tell
    static int running(ByteBuffer loadavg) {
        int number = 0;
        while (loadavg.hasRemaining()) {
            byte next = loadavg.get();
            if (next == '/') {
                return number;
            }
            number = next >= '0' && next <= '9' ? number * 10 + next - '0' : 0;
        }
        return Integer.MAX_VALUE;
    }

    @Override
    public void close() {
        FileChannel source = file;
        try {
            if (source != null) {
                source.close();
            }
        } catch (IOException _) {
            // It was only read.
        }
    }
}
