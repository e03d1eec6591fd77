package dev.swivel.linux.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An epoll instance, epoll(7): descriptors that the kernel watches, and what it told of them last.
/// Not for several threads at once.
public final class Epoll implements AutoCloseable {
    /// There is something to read.
    public static final int IN = 0x1;

    /// There is something urgent to read.
    public static final int PRI = 0x2;

    /// There is room to write.
    public static final int OUT = 0x4;

    /// An error waits; told without being asked for.
    public static final int ERR = 0x8;

    /// Both directions are over; told without being asked for.
    public static final int HUP = 0x10;

    /// The peer sends no more.
    public static final int RDHUP = 0x2000;

    /// Each change is told once, whether or not anything was done about it.
    public static final int EDGE = 1 << 31;

    private static final int ADD = 1;
    private static final int REMOVE = 2;
    private static final int MODIFY = 3;

    // struct epoll_event is packed on x86-64 alone.
    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");
    private static final int EVENT = PACKED ? 12 : 16;
    private static final int TAG = PACKED ? 4 : 8;

    private final Arena arena = Arena.ofShared();
    private final int size;
    private final MemorySegment told;
    private final MemorySegment wanted = arena.allocate(EVENT, 8);
    private final MemorySegment state = Libc.callState(arena);
    private final int fd;

    /// @param size of how many descriptors the kernel may tell at a time
    public Epoll(int size) throws ErrnoException {
        this.size = size;
        this.told = arena.allocate((long) size * EVENT, 8);
        this.fd = Libc.epoll();
    }

    /// Watches a descriptor until it is closed.
    ///
    /// @param events what to tell of it
    /// @param tag what to call it by
    public void add(int descriptor, int events, long tag) throws ErrnoException {
        control(ADD, descriptor, events, tag);
    }

    /// From now on tells other things of a descriptor, and at once what of these holds already.
    public void modify(int descriptor, int events, long tag) throws ErrnoException {
        control(MODIFY, descriptor, events, tag);
    }

    /// Watches a descriptor no longer, which stays open.
    public void remove(int descriptor) throws ErrnoException {
        control(REMOVE, descriptor, 0, 0);
    }

    private void control(int operation, int descriptor, int events, long tag)
            throws ErrnoException {
        wanted.set(JAVA_INT, 0, events);
        wanted.set(JAVA_LONG_UNALIGNED, TAG, tag);
        Libc.epollControl(state, fd, operation, descriptor, wanted.address());
    }

    /// Waits until there is something to tell.
    ///
    /// @param millis at most that long; 0 for not at all, -1 for ever
    /// @return of how many descriptors; 0 when the time is over, or a signal came
    public int await(int millis) throws ErrnoException {
        return Libc.epollWait(state, fd, told.address(), size, millis);
    }

    /// @param index below what [#await] returned last
    public long tag(int index) {
        return told.get(JAVA_LONG_UNALIGNED, (long) index * EVENT + TAG);
    }

    public int events(int index) {
        return told.get(JAVA_INT, (long) index * EVENT);
    }

    @Override
    public void close() {
        Libc.close(fd);
        arena.close();
    }
}
