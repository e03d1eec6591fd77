package dev.swivel.lab.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Keeps all processors from sleeping while it is open, as nodes tuned for latency do: the kernel's
/// PM QoS (Documentation/power/pm_qos_interface.rst), asked for a latency of nothing. Waking a
/// processor costs more than passing on a small message, above all on a virtual machine, and how
/// often that happens is a matter of where the scheduler puts threads.
final class WideAwake implements Closeable {
    private static final Path FILE = Path.of("/dev/cpu_dma_latency");

    private final RandomAccessFile request;

    private WideAwake(RandomAccessFile request) {
        this.request = request;
    }

    /// @return empty on a machine that does not offer it
    static Optional<WideAwake> begin() throws IOException {
        if (!Files.exists(FILE)) {
            return Optional.empty();
        }
        RandomAccessFile request = new RandomAccessFile(FILE.toFile(), "rw");
        request.write(new byte[Integer.BYTES]); // microseconds
        return Optional.of(new WideAwake(request));
    }

    @Override
    public void close() throws IOException {
        request.close();
    }
}
