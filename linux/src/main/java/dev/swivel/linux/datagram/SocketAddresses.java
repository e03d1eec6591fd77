package dev.swivel.linux.datagram;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.swivel.linux.libc.Libc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// `sockaddr_in` and `sockaddr_in6` in memory.
final class SocketAddresses {
    /// Bytes of the larger one.
    static final int SIZE = 28;

    private static final ValueLayout.OfShort PORT =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int IPV4_SIZE = 16;
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;

    private SocketAddresses() {}

    static int port(MemorySegment address) {
        return Short.toUnsignedInt(address.get(PORT, 2));
    }

    /// 4 or 16 bytes in network order.
    static byte[] bytes(MemorySegment address) {
        boolean ipv4 = address.get(JAVA_SHORT, 0) == Libc.AF_INET;
        return address.asSlice(ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, ipv4 ? 4 : 16)
                .toArray(JAVA_BYTE);
    }

    static boolean same(MemorySegment a, MemorySegment b) {
        long size = a.get(JAVA_SHORT, 0) == Libc.AF_INET ? IPV4_ADDRESS + 4 : SIZE;
        return MemorySegment.mismatch(a, 0, size, b, 0, size) < 0;
    }

    /// Writes the socket address of these 4 or 16 bytes and returns its size.
    static int write(MemorySegment at, byte[] address, int port) {
        boolean ipv4 = address.length == 4;
        at.asSlice(0, SIZE).fill((byte) 0);
        at.set(JAVA_SHORT, 0, (short) (ipv4 ? Libc.AF_INET : Libc.AF_INET6));
        at.set(PORT, 2, (short) port);
        MemorySegment.copy(
                address, 0, at, JAVA_BYTE, ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, address.length);
        return ipv4 ? IPV4_SIZE : SIZE;
    }
}
