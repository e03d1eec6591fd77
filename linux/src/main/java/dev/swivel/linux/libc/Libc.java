package dev.swivel.linux.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/// System calls by way of the C library. File descriptors are plain ints here; the classes that own
/// one close it.
public final class Libc {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int O_RDONLY = 0;
    public static final int O_CLOEXEC = 0x80000;
    public static final int LOCK_EX = 2;
    public static final int LOCK_NB = 4;
    public static final int CLONE_NEWNET = 0x40000000;
    public static final int MSG_PEEK = 0x2;
    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_DONTWAIT = 0x40;
    private static final int F_SETPIPE_SZ = 1031;
    private static final short POLLIN = 1;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int CPUCLOCK_SCHED = 2;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    /// Of asm/unistd_64.h and asm-generic/unistd.h.
    private static final long SCHED_SETATTR = ARM ? 274 : 314;

    private static final long SCHED_GETATTR = ARM ? 275 : 315;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /// Where a call leaves its errno, before the VM can overwrite it: one per thread.
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> callState(Arena.ofAuto()));

    /// Where in it there is room for an int that a call takes or gives by its address.
    private static final long CELL = CALL_STATE.byteSize();

    private static final LongAdder CALLS = new LongAdder();

    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle OPEN =
            variadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
    private static final MethodHandle SETNS =
            function("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle FLOCK =
            function("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle UNSHARE =
            function("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT =
            function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle EVENTFD =
            function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle WRITE =
            function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    // Addresses as numbers where event loops call: a segment would cost more than the call itself.
    private static final MethodHandle SETSOCKOPT =
            function(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            function(
                    "getsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SEND =
            function(
                    "send",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV =
            function(
                    "recv",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle POLL =
            function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /// What only a data plane in this process calls: a handle is made in some milliseconds, and
    /// other modes do not need these.
    private static final class OfRelays {
        static final MethodHandle FCNTL =
                variadic("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 2);
        static final MethodHandle RECVMMSG =
                function(
                        "recvmmsg",
                        FunctionDescriptor.of(
                                JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
        static final MethodHandle SENDMMSG =
                function(
                        "sendmmsg",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        static final MethodHandle EPOLL_CREATE =
                function("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        static final MethodHandle EPOLL_CTL =
                function(
                        "epoll_ctl",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        static final MethodHandle EPOLL_WAIT =
                function(
                        "epoll_wait",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
        static final MethodHandle CLOCK_GETTIME =
                function("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        static final MethodHandle SYSCALL =
                variadic(
                        "syscall",
                        FunctionDescriptor.of(
                                JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                        1);

        private OfRelays() {}
    }

    private Libc() {}

    /// How many system calls this process has made here so far, for those who measure.
    public static long calls() {
        return CALLS.sum();
    }

    /// socket(2).
    public static int socket(int domain, int type, int protocol) throws ErrnoException {
        MemorySegment state = state();
        int fd;
        try {
            fd = (int) SOCKET.invokeExact(state, domain, type, protocol);
        } catch (Throwable t) {
            throw stubThrew("socket", t);
        }
        return checked("socket", fd, state);
    }

    /// open(2) of an existing file.
    public static int open(String path, int flags) throws ErrnoException {
        MemorySegment state = state();
        int fd;
        try (Arena arena = Arena.ofConfined()) {
            fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags);
        } catch (Throwable t) {
            throw stubThrew("open", t);
        }
        return checked("open " + path, fd, state);
    }

    /// close(2). Errors are not reported: the descriptor is gone in any case.
    public static void close(int fd) {
        try {
            int _ = (int) CLOSE.invokeExact(state(), fd);
        } catch (Throwable t) {
            throw stubThrew("close", t);
        }
    }

    /// fcntl(2) with `F_SETPIPE_SZ`. Returns the size that the pipe has now.
    public static int setPipeSize(int fd, int bytes) throws ErrnoException {
        MemorySegment state = STATE.get();
        int size;
        try {
            size = (int) OfRelays.FCNTL.invokeExact(state, fd, F_SETPIPE_SZ, bytes);
        } catch (Throwable t) {
            throw stubThrew("fcntl", t);
        }
        return checked("fcntl F_SETPIPE_SZ", size, state);
    }

    /// setns(2): moves the calling thread, and only it, into the namespace that `fd` stands for.
    public static void setns(int fd, int kind) throws ErrnoException {
        MemorySegment state = state();
        int rc;
        try {
            rc = (int) SETNS.invokeExact(state, fd, kind);
        } catch (Throwable t) {
            throw stubThrew("setns", t);
        }
        int _ = checked("setns", rc, state);
    }

    /// flock(2). The lock is let go when the descriptor is closed.
    public static void flock(int fd, int operation) throws ErrnoException {
        MemorySegment state = state();
        int rc;
        try {
            rc = (int) FLOCK.invokeExact(state, fd, operation);
        } catch (Throwable t) {
            throw stubThrew("flock", t);
        }
        int _ = checked("flock", rc, state);
    }

    /// unshare(2): gives the calling thread, and only it, new namespaces of its own.
    public static void unshare(int kinds) throws ErrnoException {
        MemorySegment state = STATE.get();
        int rc;
        try {
            rc = (int) UNSHARE.invokeExact(state, kinds);
        } catch (Throwable t) {
            throw stubThrew("unshare", t);
        }
        int _ = checked("unshare", rc, state);
    }

    /// sched_getattr(2) of the calling thread, as much as `attributes` has room for.
    public static void schedulingAttributes(MemorySegment attributes) throws ErrnoException {
        int size = (int) attributes.byteSize();
        schedule("sched_getattr", SCHED_GETATTR, attributes, size);
    }

    /// sched_setattr(2) of the calling thread, to what begins with its own size.
    public static void setSchedulingAttributes(MemorySegment attributes) throws ErrnoException {
        schedule("sched_setattr", SCHED_SETATTR, attributes, 0);
    }

    /// Debian 12's C library has no functions for these.
    private static void schedule(String name, long number, MemorySegment attributes, int third)
            throws ErrnoException {
        MemorySegment state = STATE.get();
        long rc;
        try {
            rc = (long) OfRelays.SYSCALL.invokeExact(state, number, 0, attributes, third, 0);
        } catch (Throwable t) {
            throw stubThrew(name, t);
        }
        long _ = checked(name, rc, state);
    }

    /// bind(2) to a socket address in native form.
    public static void bind(int fd, MemorySegment address) throws ErrnoException {
        MemorySegment state = state();
        int rc;
        try {
            rc = (int) BIND.invokeExact(state, fd, address, (int) address.byteSize());
        } catch (Throwable t) {
            throw stubThrew("bind", t);
        }
        int _ = checked("bind", rc, state);
    }

    /// connect(2) to a socket address in native form.
    public static void connect(int fd, MemorySegment address) throws ErrnoException {
        MemorySegment state = state();
        int rc;
        try {
            rc = (int) CONNECT.invokeExact(state, fd, address, (int) address.byteSize());
        } catch (Throwable t) {
            throw stubThrew("connect", t);
        }
        int _ = checked("connect", rc, state);
    }

    /// eventfd(2): a descriptor that becomes readable by [#signal].
    public static int eventfd() throws ErrnoException {
        MemorySegment state = state();
        int fd;
        try {
            fd = (int) EVENTFD.invokeExact(state, 0, EFD_CLOEXEC);
        } catch (Throwable t) {
            throw stubThrew("eventfd", t);
        }
        return checked("eventfd", fd, state);
    }

    /// Makes a descriptor of [#eventfd] readable.
    public static void signal(int eventfd) throws ErrnoException {
        MemorySegment state = state();
        long written;
        try (Arena arena = Arena.ofConfined()) {
            written =
                    (long) WRITE.invokeExact(state, eventfd, arena.allocateFrom(JAVA_LONG, 1L), 8L);
        } catch (Throwable t) {
            throw stubThrew("write", t);
        }
        long _ = checked("write to eventfd", written, state);
    }

    /// epoll_create1(2).
    public static int epoll() throws ErrnoException {
        MemorySegment state = STATE.get();
        int fd;
        try {
            fd = (int) OfRelays.EPOLL_CREATE.invokeExact(state, EPOLL_CLOEXEC);
        } catch (Throwable t) {
            throw stubThrew("epoll_create1", t);
        }
        return checked("epoll_create1", fd, state);
    }

    /// A place for the errno of calls that take one, for those who call often.
    public static MemorySegment callState(Arena arena) {
        return arena.allocate(CELL + JAVA_INT.byteSize(), CALL_STATE.byteAlignment());
    }

    /// epoll_ctl(2).
    ///
    /// @param state of [#callState]
    /// @param event address of a `struct epoll_event`
    public static void epollControl(
            MemorySegment state, int epoll, int operation, int fd, long event)
            throws ErrnoException {
        int rc;
        try {
            rc = (int) OfRelays.EPOLL_CTL.invokeExact(state, epoll, operation, fd, event);
        } catch (Throwable t) {
            throw stubThrew("epoll_ctl", t);
        }
        int _ = checked("epoll_ctl", rc, state);
    }

    /// epoll_wait(2) for up to `count` events. Returns how many came; none also when a signal did.
    ///
    /// @param state of [#callState]
    /// @param events address of that many `struct epoll_event`
    public static int epollWait(MemorySegment state, int epoll, long events, int count, int millis)
            throws ErrnoException {
        int ready;
        try {
            ready = (int) OfRelays.EPOLL_WAIT.invokeExact(state, epoll, events, count, millis);
        } catch (Throwable t) {
            throw stubThrew("epoll_wait", t);
        }
        return ready < 0 && errno(state) == Errno.EINTR ? 0 : checked("epoll_wait", ready, state);
    }

    /// Processor time that a process has had so far, its ended threads included, in nanoseconds:
    /// clock_gettime(2) with the clock that clock_getcpuclockid(3) gives.
    public static long processorNanos(int pid) throws ErrnoException {
        MemorySegment state = state();
        int rc;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(16, 8);
            rc = (int) OfRelays.CLOCK_GETTIME.invokeExact(state, ~pid << 3 | CPUCLOCK_SCHED, time);
            if (rc == 0) {
                return time.get(JAVA_LONG, 0) * 1_000_000_000 + time.get(JAVA_LONG, 8);
            }
        } catch (Throwable t) {
            throw stubThrew("clock_gettime", t);
        }
        return checked("clock_gettime", rc, state);
    }

    /// setsockopt(2) of an int option.
    public static void setsockopt(int fd, int level, int option, int value) throws ErrnoException {
        MemorySegment state = state();
        state.set(JAVA_INT, CELL, value);
        int rc;
        try {
            rc = (int) SETSOCKOPT.invokeExact(state, fd, level, option, state.address() + CELL, 4);
        } catch (Throwable t) {
            throw stubThrew("setsockopt", t);
        }
        int _ = checked("setsockopt", rc, state);
    }

    /// getsockopt(2) into `value`, whose content some options read first. Returns the length the
    /// kernel gave.
    public static int getsockopt(int fd, int level, int option, MemorySegment value)
            throws ErrnoException {
        MemorySegment state = state();
        state.set(JAVA_INT, CELL, (int) value.byteSize());
        int rc;
        try {
            rc =
                    (int)
                            GETSOCKOPT.invokeExact(
                                    state,
                                    fd,
                                    level,
                                    option,
                                    value.address(),
                                    state.address() + CELL);
        } catch (Throwable t) {
            throw stubThrew("getsockopt", t);
        } finally {
            Reference.reachabilityFence(value);
        }
        int _ = checked("getsockopt", rc, state);
        return state.get(JAVA_INT, CELL);
    }

    /// send(2) of the first `length` bytes.
    public static long send(int fd, MemorySegment bytes, long length, int flags)
            throws ErrnoException {
        try {
            return send(fd, bytes.address(), length, flags);
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    /// send(2) of `length` bytes at an address.
    public static long send(int fd, long address, long length, int flags) throws ErrnoException {
        MemorySegment state = state();
        long sent;
        try {
            sent = (long) SEND.invokeExact(state, fd, address, length, flags);
        } catch (Throwable t) {
            throw stubThrew("send", t);
        }
        return checked("send", sent, state);
    }

    /// recv(2) into `buffer`. Returns the length of what came; with [#MSG_TRUNC] that can be more
    /// than the buffer holds.
    public static long recv(int fd, MemorySegment buffer, int flags) throws ErrnoException {
        MemorySegment state = state();
        long received;
        try {
            received = (long) RECV.invokeExact(state, fd, buffer, buffer.byteSize(), flags);
        } catch (Throwable t) {
            throw stubThrew("recv", t);
        }
        return checked("recv", received, state);
    }

    /// recvmmsg(2) without waiting, into `count` message headers. Returns how many came, or the
    /// negated error number: where nothing to read is the rule, an exception would cost too much.
    public static int recvmmsg(int fd, MemorySegment headers, int count) {
        MemorySegment state = STATE.get();
        int received;
        try {
            received =
                    (int)
                            OfRelays.RECVMMSG.invokeExact(
                                    state, fd, headers, count, MSG_DONTWAIT, MemorySegment.NULL);
        } catch (Throwable t) {
            throw stubThrew("recvmmsg", t);
        }
        return received < 0 ? -errno(state) : received;
    }

    /// sendmmsg(2) without waiting, of `count` message headers. Returns how many went, or the
    /// negated error number.
    public static int sendmmsg(int fd, MemorySegment headers, int count) {
        MemorySegment state = STATE.get();
        int sent;
        try {
            sent = (int) OfRelays.SENDMMSG.invokeExact(state, fd, headers, count, MSG_DONTWAIT);
        } catch (Throwable t) {
            throw stubThrew("sendmmsg", t);
        }
        return sent < 0 ? -errno(state) : sent;
    }

    /// poll(2) for input on one descriptor. False when the time ran out or a signal came.
    public static boolean awaitReadable(int fd, Duration timeout) throws ErrnoException {
        return awaitReadable(new int[] {fd}, timeout) == 0;
    }

    /// poll(2) for input on any of several descriptors. Gives the index of the first that has some
    /// (or an error to collect), or -1 when the time ran out or a signal came.
    public static int awaitReadable(int[] fds, Duration timeout) throws ErrnoException {
        MemorySegment state = state();
        long millis = Math.clamp(timeout.plusNanos(999_999).toMillis(), 0, Integer.MAX_VALUE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment polled = arena.allocate(8L * fds.length, 4);
            for (int i = 0; i < fds.length; i++) {
                polled.set(JAVA_INT, 8L * i, fds[i]);
                polled.set(JAVA_SHORT, 8L * i + 4, POLLIN);
            }
            int ready = poll(polled, fds.length, (int) millis, state);
            if (ready < 0 && errno(state) == Errno.EINTR) {
                return -1;
            }
            int _ = checked("poll", ready, state);
            for (int i = 0; i < fds.length; i++) {
                if (polled.get(JAVA_SHORT, 8L * i + 6) != 0) {
                    return i;
                }
            }
            return -1;
        }
    }

    private static int poll(MemorySegment polled, long count, int millis, MemorySegment state) {
        try {
            return (int) POLL.invokeExact(state, polled, count, millis);
        } catch (Throwable t) {
            throw stubThrew("poll", t);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                type,
                Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle variadic(String name, FunctionDescriptor type, int firstVariadic) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                type,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MemorySegment state() {
        CALLS.increment();
        return STATE.get();
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static int checked(String what, int result, MemorySegment state) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(what, errno(state));
        }
        return result;
    }

    private static long checked(String what, long result, MemorySegment state)
            throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(what, errno(state));
        }
        return result;
    }

    private static AssertionError stubThrew(String function, Throwable cause) {
        return new AssertionError("the stub of " + function + " threw", cause);
    }
}
