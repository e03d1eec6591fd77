package dev.swivel.userspace.relay;

import static java.util.Objects.requireNonNull;

import dev.swivel.userspace.relay.Pipes.Pipe;
import io.netty.channel.epoll.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One direction of a connection. Small messages are copied through the loop's buffer; once a read
/// fills it, bytes go by splice through a borrowed pipe and never enter the process. Nothing is
/// read while something waits to be written, so a slow reader costs one pipe, or one small buffer.
final class Flow {
    /// More than a message, less than a stream: a read of this size makes it a stream.
    private static final int SMALL = 16 * 1024;

    /// Bytes after which others of the loop have their turn.
    private static final int TURN = 1024 * 1024;

    private final End from;
    private final End to;
    private @Nullable Pipe pipe;
    private int inPipe;
    private @Nullable Leftover leftover;
    private boolean stream;
    private boolean ended;
    private boolean shut;
    private long moved;
    private long total;

    /// What a write did not take.
    private static final class Leftover {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment bytes;
        private int written;

        Leftover(long address, int size) {
            bytes = arena.allocate(size);
            bytes.copyFrom(MemorySegment.ofAddress(address).reinterpret(size));
        }
    }

    Flow(End from, End to) {
        this.from = from;
        this.to = to;
    }

    /// Moves what can be moved.
    ///
    /// @return whether the turn ended before that: there is more to do
    /// @throws IOException when either side is broken
    boolean move(Loop loop) throws IOException {
        int turn = TURN;
        while (turn > 0) {
            if (waiting() && !flush()) {
                return false;
            }
            if (ended) {
                release(loop);
                return false;
            }
            if (!from.readable) {
                release(loop);
                return false;
            }
            turn -= stream && borrow(loop) ? splice() : copy(loop);
        }
        return true;
    }

    /// Whether the sender has ended, and all it sent was passed on.
    boolean over() {
        return ended && !waiting();
    }

    /// Passes the sender's end on, once.
    void shut() throws IOException {
        if (!shut) {
            shut = true;
            to.fd().shutdown(false, true);
        }
    }

    /// Whether anything was read yet.
    boolean untouched() {
        return total == 0;
    }

    /// Bytes since the last call.
    long takeMoved() {
        long bytes = moved;
        moved = 0;
        return bytes;
    }

    /// Gives up what waits.
    void close(Loop loop) {
        Pipe held = pipe;
        if (held != null) {
            pipe = null;
            if (inPipe > 0) {
                loop.pipes().discard(held);
            } else {
                loop.pipes().giveBack(held);
            }
        }
        drop();
    }

    private boolean waiting() {
        return inPipe > 0 || leftover != null;
    }

    /// @return bytes read, at least 1 so that turns end
    private int copy(Loop loop) throws IOException {
        long buffer = loop.buffer();
        // Without a pipe to come, larger reads make up for it.
        int most = stream ? loop.bufferSize() : SMALL;
        int count = from.fd().recvAddress(buffer, 0, most);
        if (count < 0) {
            ended = true;
            return 1;
        }
        if (count < most && !from.finished) {
            from.readable = false;
        }
        if (count == 0) {
            from.readable = false;
            return 1;
        }
        stream = count == most;
        count(count);
        int written = to.writable ? to.fd().sendAddress(buffer, 0, count) : 0;
        if (written < count) {
            to.full();
            leftover = new Leftover(buffer + written, count - written);
        }
        return count;
    }

    private int splice() throws IOException {
        Pipe through = requireNonNull(pipe);
        int count =
                Native.splice(
                        from.fd().intValue(), -1, through.in().intValue(), -1, Pipes.CAPACITY);
        if (count == 0) {
            // Either nothing is there or the end is: a read tells, but only the end needs one.
            stream = false;
            from.readable = from.finished;
            return 1;
        }
        inPipe += count;
        count(count);
        return count;
    }

    /// @return whether nothing waits any more
    private boolean flush() throws IOException {
        Leftover left = leftover;
        if (left != null) {
            if (!to.writable) {
                return false;
            }
            int size = (int) left.bytes.byteSize();
            left.written += to.fd().sendAddress(left.bytes.address(), left.written, size);
            if (left.written < size) {
                to.full();
                return false;
            }
            drop();
        }
        while (inPipe > 0) {
            Pipe through = requireNonNull(pipe);
            int count =
                    to.writable
                            ? Native.splice(
                                    through.out().intValue(), -1, to.fd().intValue(), -1, inPipe)
                            : 0;
            if (count == 0) {
                to.full();
                return false;
            }
            inPipe -= count;
        }
        return true;
    }

    private void count(int bytes) {
        moved += bytes;
        total += bytes;
    }

    private void drop() {
        Leftover left = leftover;
        if (left != null) {
            leftover = null;
            left.arena.close();
        }
    }

    private boolean borrow(Loop loop) {
        if (pipe == null) {
            pipe = loop.pipes().borrow();
        }
        return pipe != null;
    }

    private void release(Loop loop) {
        Pipe held = pipe;
        if (held != null) {
            pipe = null;
            loop.pipes().giveBack(held);
        }
    }
}
