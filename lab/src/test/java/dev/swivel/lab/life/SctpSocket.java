package dev.swivel.lab.life;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.swivel.linux.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteOrder;
import java.time.Duration;

/// A one-to-one SCTP socket over IPv4, in the network namespace of the thread that makes it. The
/// JDK's own need a library that few machines have.
final class SctpSocket implements AutoCloseable {
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_SCTP = 132;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LONGEST = 64;
    private static final MethodHandle LISTEN =
            function("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCEPT =
            function("accept", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    private final int fd;

    private SctpSocket(int fd) {
        this.fd = fd;
    }

    static SctpSocket listen(InetAddress address, int port) throws IOException {
        int fd = Libc.socket(Libc.AF_INET, SOCK_STREAM, IPPROTO_SCTP);
        try (Arena arena = Arena.ofConfined()) {
            Libc.bind(fd, address(arena, address, port));
            if (call(() -> (int) LISTEN.invokeExact(fd, 8)) != 0) {
                throw new IOException("listen on SCTP port " + port);
            }
        }
        return new SctpSocket(fd);
    }

    static SctpSocket connect(InetAddress address, int port) throws IOException {
        int fd = Libc.socket(Libc.AF_INET, SOCK_STREAM, IPPROTO_SCTP);
        try (Arena arena = Arena.ofConfined()) {
            Libc.connect(fd, address(arena, address, port));
        }
        return new SctpSocket(fd);
    }

    SctpSocket accept() throws IOException {
        awaitInput("a connection");
        int accepted =
                call(() -> (int) ACCEPT.invokeExact(fd, MemorySegment.NULL, MemorySegment.NULL));
        if (accepted < 0) {
            throw new IOException("accept on an SCTP socket");
        }
        return new SctpSocket(accepted);
    }

    void send(String text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = text.getBytes(US_ASCII);
            long _ = Libc.send(fd, arena.allocateFrom(JAVA_BYTE, bytes), bytes.length, 0);
        }
    }

    String receive() throws IOException {
        awaitInput("an answer");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LONGEST);
            long length = Libc.recv(fd, buffer, 0);
            return new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), US_ASCII);
        }
    }

    private void awaitInput(String what) throws IOException {
        if (!Libc.awaitReadable(fd, PATIENCE)) {
            throw new SocketTimeoutException("SCTP: no " + what + " within " + PATIENCE);
        }
    }

    /// `struct sockaddr_in`.
    private static MemorySegment address(Arena arena, InetAddress address, int port) {
        MemorySegment form = arena.allocate(16, 4);
        form.set(JAVA_SHORT_UNALIGNED, 0, (short) Libc.AF_INET);
        form.set(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
        MemorySegment.copy(address.getAddress(), 0, form, JAVA_BYTE, 4, 4);
        return form;
    }

    private interface Call {
        int make() throws Throwable;
    }

    private static int call(Call call) {
        try {
            return call.make();
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    @Override
    public void close() {
        Libc.close(fd);
    }
}
