package dev.swivel.userspace.relay;

import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The pipes of one event loop. A connection borrows one only while bytes flow in bulk or wait for
/// a slow reader, so a few serve many.
final class Pipes {
    /// What a pipe is asked to hold, in bytes: four times the kernel's default takes a third off
    /// the CPU time of a stream, more than that nothing (docs/benchmarks.md).
    static final int CAPACITY = 256 * 1024;

    private static final int MOST_SPARE = 64;

    private final ArrayDeque<Pipe> spare = new ArrayDeque<>();
    private final int most;
    private int made;

    /// Both ends, of which none blocks.
    record Pipe(FileDescriptor out, FileDescriptor in) {}

    /// @param most pipes at a time
    Pipes(int most) {
        this.most = most;
    }

    /// An empty pipe, or null when there are as many as may be.
    @Nullable Pipe borrow() {
        Pipe pipe = spare.poll();
        if (pipe != null || made >= most) {
            return pipe;
        }
        try {
            FileDescriptor[] ends = FileDescriptor.pipe();
            made++;
            try {
                int _ = Libc.setPipeSize(ends[0].intValue(), CAPACITY);
            } catch (ErrnoException _) {
                // It works with less, too.
            }
            return new Pipe(ends[0], ends[1]);
        } catch (IOException _) {
            // Out of descriptors or pipe memory: copying does the same.
            return null;
        }
    }

    /// @param pipe an empty one
    void giveBack(Pipe pipe) {
        if (spare.size() < MOST_SPARE) {
            spare.push(pipe);
        } else {
            discard(pipe);
        }
    }

    /// Closes a pipe that may hold bytes.
    void discard(Pipe pipe) {
        made--;
        Sockets.close(pipe.out());
        Sockets.close(pipe.in());
    }

    void close() {
        spare.forEach(this::discard);
        spare.clear();
    }
}
