package dev.swivel.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteOrder;

/// IP addresses and ports as system calls take them: `sockaddr_in` and `sockaddr_in6`, without flow
/// label and scope.
public final class SocketAddresses {
    /// Bytes that hold either form.
    public static final int LARGEST = 28;

    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NUMBER = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int IPV4_BYTES = 16;
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;

    private SocketAddresses() {}

    public static MemorySegment write(InetAddress address, int port, Arena arena) {
        MemorySegment form = arena.allocate(LARGEST, 4);
        return form.asSlice(0, write(form, address.getAddress(), port));
    }

    /// Writes the socket address of these 4 or 16 bytes, in network order, over one of [#LARGEST]
    /// bytes, and returns its size.
    public static int write(MemorySegment form, byte[] address, int port) {
        boolean ipv4 = address.length == 4;
        form.asSlice(0, LARGEST).fill((byte) 0);
        form.set(JAVA_SHORT, 0, (short) (ipv4 ? Libc.AF_INET : Libc.AF_INET6));
        form.set(PORT, 2, (short) port);
        MemorySegment.copy(
                address, 0, form, JAVA_BYTE, ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, address.length);
        return ipv4 ? IPV4_BYTES : LARGEST;
    }

    public static int port(MemorySegment form) {
        return Short.toUnsignedInt(form.get(PORT, 2));
    }

    /// An IPv4 address as a number.
    public static int ipv4(MemorySegment form) {
        return form.get(NUMBER, IPV4_ADDRESS);
    }

    /// The address in network order, 4 or 16 bytes.
    public static byte[] bytes(MemorySegment form) {
        boolean ipv4 = isIpv4(form);
        byte[] bytes = new byte[ipv4 ? 4 : 16];
        MemorySegment.copy(
                form, JAVA_BYTE, ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, bytes, 0, bytes.length);
        return bytes;
    }

    /// Whether address and port are the same.
    public static boolean same(MemorySegment a, MemorySegment b) {
        long size = isIpv4(a) ? IPV4_ADDRESS + 4 : LARGEST;
        return MemorySegment.mismatch(a, 0, size, b, 0, size) < 0;
    }

    private static boolean isIpv4(MemorySegment form) {
        return form.get(JAVA_SHORT, 0) == Libc.AF_INET;
    }
}
