package dev.swivel.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/// IP addresses and ports as system calls take them: `sockaddr_in` and `sockaddr_in6`, without flow
/// label and scope.
public final class SocketAddresses {
    /// Bytes that hold either form.
    public static final int LARGEST = 28;

    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int IPV4_BYTES = 16;
    private static final int IPV4_ADDRESS = 4;
    private static final int IPV6_ADDRESS = 8;

    private SocketAddresses() {}

    public static MemorySegment write(InetAddress address, int port, Arena arena) {
        byte[] bytes = address.getAddress();
        boolean ipv4 = bytes.length == 4;
        MemorySegment form = arena.allocate(ipv4 ? IPV4_BYTES : LARGEST, 4);
        form.set(JAVA_SHORT, 0, (short) (ipv4 ? Libc.AF_INET : Libc.AF_INET6));
        form.set(PORT, 2, (short) port);
        MemorySegment.copy(
                bytes, 0, form, JAVA_BYTE, ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, bytes.length);
        return form;
    }

    /// @throws IllegalArgumentException for another address family
    public static InetSocketAddress read(MemorySegment form) {
        int family = form.get(JAVA_SHORT, 0);
        if (family != Libc.AF_INET && family != Libc.AF_INET6) {
            throw new IllegalArgumentException("address family " + family);
        }
        boolean ipv4 = family == Libc.AF_INET;
        byte[] bytes =
                form.asSlice(ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, ipv4 ? 4 : 16).toArray(JAVA_BYTE);
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(bytes), Short.toUnsignedInt(form.get(PORT, 2)));
        } catch (UnknownHostException e) {
            throw new AssertionError("length is 4 or 16", e);
        }
    }
}
