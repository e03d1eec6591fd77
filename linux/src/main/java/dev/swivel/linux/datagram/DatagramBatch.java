package dev.swivel.linux.datagram;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.swivel.linux.libc.Libc;
import dev.swivel.linux.libc.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory for some datagrams: they are received with one system call, and sent on from the same
/// memory with one more. Not for use by several threads at a time.
public final class DatagramBatch implements AutoCloseable {
    /// Larger than any UDP payload, so that nothing is ever cut off.
    private static final int PAYLOAD = 65_536;

    // struct mmsghdr, as on all 64-bit machines.
    private static final int HEADER = 64;
    private static final int NAME_LENGTH = 8;
    private static final int IOV = 16;
    private static final int IOV_LENGTH = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int LENGTH = 56;

    // struct cmsghdr with an int.
    private static final int CONTROL_SIZE = 32;
    private static final int CONTROL_DATA = 16;
    private static final int CONTROL_WITH_INT = 20;

    /// What Linux gives to packets that it sends (`ip_default_ttl`).
    public static final int USUAL_HOPS = 64;

    // struct iovec.
    private static final int VECTOR = 16;
    private static final int VECTOR_LENGTH = 8;

    /// A socket address, rounded up.
    private static final int NAME = 32;

    private final Arena arena = Arena.ofShared();
    private final int size;
    private final MemorySegment headers;
    private final MemorySegment vectors;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final MemorySegment target;

    /// How many messages, from the first, are not as [#receive] needs them.
    private int used;

    /// @param size datagrams at a time; each has 64 KiB
    public DatagramBatch(int size) {
        this.size = size;
        used = size;
        headers = arena.allocate((long) size * HEADER, 8);
        vectors = arena.allocate((long) size * VECTOR, 8);
        names = arena.allocate((long) size * NAME, 8);
        controls = arena.allocate((long) size * CONTROL_SIZE, 8);
        target = arena.allocate(NAME, 8);
        MemorySegment payloads = arena.allocate((long) size * PAYLOAD, 8);
        for (int i = 0; i < size; i++) {
            vectors.set(ADDRESS, (long) i * VECTOR, payloads.asSlice((long) i * PAYLOAD));
            headers.set(ADDRESS, (long) i * HEADER + IOV, vectors.asSlice((long) i * VECTOR));
            headers.set(JAVA_LONG, (long) i * HEADER + IOV_LENGTH, 1);
            headers.set(
                    ADDRESS,
                    (long) i * HEADER + CONTROL,
                    controls.asSlice((long) i * CONTROL_SIZE, CONTROL_SIZE));
        }
    }

    /// How many fit.
    public int size() {
        return size;
    }

    /// Takes what waits at a socket, up to [#size]. Fewer means that no more waits.
    ///
    /// @return how many came, or a negated error number
    public int receive(int fd) {
        for (int i = 0; i < used; i++) {
            long header = (long) i * HEADER;
            headers.set(ADDRESS, header, names.asSlice((long) i * NAME));
            headers.set(JAVA_INT, header + NAME_LENGTH, NAME);
            headers.set(JAVA_LONG, header + CONTROL_LENGTH, CONTROL_SIZE);
            vectors.set(JAVA_LONG, (long) i * VECTOR + VECTOR_LENGTH, PAYLOAD);
        }
        int count = Libc.recvmmsg(fd, headers, size);
        used = Math.max(count, 0);
        return count;
    }

    /// Bytes in the datagram.
    public int length(int index) {
        return headers.get(JAVA_INT, (long) index * HEADER + LENGTH);
    }

    /// Bytes in some of them.
    public long bytes(int from, int count) {
        long bytes = 0;
        for (int i = from; i < from + count; i++) {
            bytes += length(i);
        }
        return bytes;
    }

    /// Who sent it: 4 or 16 bytes.
    public byte[] source(int index) {
        return SocketAddresses.bytes(name(index));
    }

    public int sourcePort(int index) {
        return SocketAddresses.port(name(index));
    }

    /// How many more machines the datagram might have passed, if the socket was asked to tell
    /// (`IP_RECVTTL`, `IPV6_RECVHOPLIMIT`).
    public int hops(int index) {
        long control = (long) index * CONTROL_SIZE;
        return controls.get(JAVA_LONG, control) == CONTROL_WITH_INT
                ? controls.get(JAVA_INT, control + CONTROL_DATA)
                : USUAL_HOPS;
    }

    /// Whether two came from the same sender.
    public boolean sameSource(int one, int other) {
        return SocketAddresses.same(name(one), name(other));
    }

    /// Sends on some of the received datagrams through a connected socket.
    ///
    /// @return how many went, or a negated error number
    public int send(int fd, int from, int count) {
        return send(fd, from, count, MemorySegment.NULL, 0);
    }

    /// Sends on some of the received datagrams.
    ///
    /// @param address 4 or 16 bytes
    /// @return how many went, or a negated error number
    public int sendTo(int fd, int from, int count, byte[] address, int port) {
        return send(fd, from, count, target, SocketAddresses.write(target, address, port));
    }

    private int send(int fd, int from, int count, MemorySegment to, int toLength) {
        for (int i = from; i < from + count; i++) {
            long header = (long) i * HEADER;
            headers.set(ADDRESS, header, to);
            headers.set(JAVA_INT, header + NAME_LENGTH, toLength);
            headers.set(JAVA_LONG, header + CONTROL_LENGTH, 0);
            vectors.set(JAVA_LONG, (long) i * VECTOR + VECTOR_LENGTH, length(i));
        }
        int gone = 0;
        while (gone < count) {
            // It stops at an error, and tells it only when it is that of the first.
            int more =
                    Libc.sendmmsg(fd, headers.asSlice((long) (from + gone) * HEADER), count - gone);
            if (more <= 0) {
                return gone > 0 ? gone : more;
            }
            gone += more;
        }
        return gone;
    }

    private MemorySegment name(int index) {
        return names.asSlice((long) index * NAME, SocketAddresses.LARGEST);
    }

    @Override
    public void close() {
        arena.close();
    }
}
