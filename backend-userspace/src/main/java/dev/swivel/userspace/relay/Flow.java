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
    /// Bytes after which others of the loop have their turn.
    private static final int TURN = 1024 * 1024;

    private final End from;
    private @Nullable End to;
    private @Nullable Pipe pipe;
    private int inPipe;
    private int heard;
    private @Nullable Leftover leftover;
    private boolean stream;
    private boolean ended;
    private boolean shut;
    private long moved;
    private boolean touched;
    private boolean passed;

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

    Flow(End from) {
        this.from = from;
    }

    /// From now on there is somebody to pass it on to; null for nobody any more.
    void to(@Nullable End receiver) {
        to = receiver;
    }

    /// Takes what is there for a receiver that is sought at once. It stays in the loop's buffer,
    /// and so is gone unless [#begin] or [#hold] comes before anybody else uses that.
    void hear(Loop loop) throws IOException {
        if (!waiting() && !ended && from.readable) {
            heard = read(loop);
        }
    }

    /// Puts what was heard where it can stay.
    void hold(Loop loop) {
        if (heard > 0) {
            leftover = new Leftover(loop.buffer(), heard);
            heard = 0;
        }
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

    /// Passes on what waits.
    ///
    /// @return whether the receiver took any of it, which it does only when it is connected
    boolean begin(Loop loop) throws IOException {
        if (heard > 0) {
            int count = heard;
            heard = 0;
            pass(loop.buffer(), count);
        } else {
            boolean _ = flush();
        }
        return passed;
    }

    /// Whether the sender has ended, and all it sent was passed on.
    boolean over() {
        return ended && !waiting();
    }

    /// Passes the sender's end on, once.
    void shut() throws IOException {
        if (!shut) {
            shut = true;
            requireNonNull(to).fd().shutdown(false, true);
        }
    }

    /// Bytes read since the last call of [#takeMoved].
    long moved() {
        return moved;
    }

    /// Whether it is more than messages.
    boolean streams() {
        return stream;
    }

    /// Whether it holds nothing, neither bytes nor a pipe.
    boolean empty() {
        return !waiting() && pipe == null;
    }

    /// Whether anything was read yet.
    boolean touched() {
        return touched;
    }

    /// Whether a receiver took anything yet.
    boolean passed() {
        return passed;
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

    /// Whether something was read and not passed on yet.
    boolean waiting() {
        return inPipe > 0 || heard > 0 || leftover != null;
    }

    /// @return bytes read, at least 1 so that turns end
    private int copy(Loop loop) throws IOException {
        int count = read(loop);
        if (count == 0) {
            return 1;
        }
        pass(loop.buffer(), count);
        return count;
    }

    /// @return how many bytes are in the loop's buffer now
    private int read(Loop loop) throws IOException {
        int count = from.fd().recvAddress(loop.buffer(), 0, Loop.BUFFER);
        if (count < 0) {
            ended = true;
            return 0;
        }
        if (count < Loop.BUFFER && !from.finished) {
            from.readable = false;
        }
        if (count == 0) {
            from.readable = false;
            return 0;
        }
        stream = count == Loop.BUFFER;
        ended = !stream && from.drained();
        moved += count;
        touched = true;
        return count;
    }

    private void pass(long buffer, int count) throws IOException {
        int written = 0;
        try {
            written = write(buffer, 0, count);
        } finally {
            // Also when this receiver is broken: there may be another.
            if (written < count) {
                leftover = new Leftover(buffer + written, count - written);
            }
        }
    }

    /// @return the number of bytes that the receiver took, of those from `start` to `end`
    private int write(long address, int start, int end) throws IOException {
        End receiver = to;
        if (receiver == null || !receiver.writable) {
            return 0;
        }
        int count = receiver.send(address, start, end, ended);
        passed |= count > 0;
        if (count < end - start) {
            receiver.full();
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
        moved += count;
        return count;
    }

    /// @return whether nothing waits any more
    private boolean flush() throws IOException {
        Leftover left = leftover;
        if (left != null) {
            int size = (int) left.bytes.byteSize();
            left.written += write(left.bytes.address(), left.written, size);
            if (left.written < size) {
                return false;
            }
            drop();
        }
        while (inPipe > 0) {
            Pipe through = requireNonNull(pipe);
            End receiver = requireNonNull(to);
            receiver.hasten();
            int count =
                    receiver.writable
                            ? Native.splice(
                                    through.out().intValue(), -1, receiver.number(), -1, inPipe)
                            : 0;
            if (count == 0) {
                receiver.full();
                return false;
            }
            inPipe -= count;
        }
        return true;
    }

    private void drop() {
        heard = 0;
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
