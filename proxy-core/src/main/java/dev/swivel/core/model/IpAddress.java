package dev.swivel.core.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An IP address as two machine words: 32 bytes on the heap where [InetAddress] takes about 100,
/// and no names attached.
///
/// @param family IPv4 or IPv6
/// @param high the upper 64 bits of an IPv6 address; 0 for IPv4
/// @param low the lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address
public record IpAddress(IpFamily family, long high, long low) implements Comparable<IpAddress> {

    public IpAddress {
        if (family == IpFamily.IPV4 && (high != 0 || (low >>> 32) != 0)) {
            throw new IllegalArgumentException("IPv4 address out of range: " + high + "," + low);
        }
    }

    /// Reads an address leniently, as kube-proxy does: leading zeros in IPv4 octets are decimal
    /// (spec 3.1). No zone index, no name lookup. An IPv4-mapped IPv6 address is the IPv4 address.
    public static Optional<IpAddress> parse(String text) {
        return IpText.parse(text);
    }

    /// As [#parse] for text known to be an address.
    ///
    /// @throws IllegalArgumentException if it is not one
    public static IpAddress of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("not an IP address: " + text));
    }

    public static IpAddress of(InetAddress address) {
        return ofBytes(address.getAddress());
    }

    /// An IPv4 address from its number.
    public static IpAddress ofIpv4(int number) {
        return new IpAddress(IpFamily.IPV4, 0, Integer.toUnsignedLong(number));
    }

    /// @param bytes 4 or 16 bytes in network order
    public static IpAddress ofBytes(byte[] bytes) {
        return switch (bytes.length) {
            case 4 -> read(IpFamily.IPV4, ByteBuffer.wrap(bytes));
            case 16 -> read(IpFamily.IPV6, ByteBuffer.wrap(bytes));
            default ->
                    throw new IllegalArgumentException(
                            "an address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    /// The next 4 or 16 bytes, in network order.
    static IpAddress read(IpFamily family, ByteBuffer from) {
        return family == IpFamily.IPV4
                ? ofIpv4(from.getInt())
                : new IpAddress(family, from.getLong(), from.getLong());
    }

    /// The address in network order, 4 or 16 bytes.
    public byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(family.bits() / Byte.SIZE);
        write(bytes);
        return bytes.array();
    }

    void write(ByteBuffer into) {
        ByteBuffer _ =
                family == IpFamily.IPV4 ? into.putInt((int) low) : into.putLong(high).putLong(low);
    }

    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(bytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("length is 4 or 16", e);
        }
    }

    /// Four bits of the address, counted from the most significant.
    ///
    /// @param index 0 to 7 for IPv4, 0 to 31 for IPv6
    public int nibble(int index) {
        if (family == IpFamily.IPV4) {
            return (int) (low >>> (28 - 4 * index)) & 0xf;
        }
        return index < 16
                ? (int) (high >>> (60 - 4 * index)) & 0xf
                : (int) (low >>> (124 - 4 * index)) & 0xf;
    }

    /// 127.0.0.0/8 or ::1.
    public boolean isLoopback() {
        return family == IpFamily.IPV4 ? (low >>> 24) == 127 : high == 0 && low == 1;
    }

    /// fe80::/10; never for IPv4.
    public boolean isLinkLocalV6() {
        return family == IpFamily.IPV6 && (high >>> 54) == 0x3fa;
    }

    /// 0.0.0.0 or ::.
    public boolean isUnspecified() {
        return high == 0 && low == 0;
    }

    /// 224.0.0.0/4 or ff00::/8.
    public boolean isMulticast() {
        return family == IpFamily.IPV4 ? (low >>> 28) == 0xe : (high >>> 56) == 0xff;
    }

    /// Written out, like [#hashCode]: what is generated goes through method handles, which takes
    /// the launcher's compiler ten times as long, and addresses are looked up for each connection.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress that
                && low == that.low
                && high == that.high
                && family == that.family;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high) * 31 + Long.hashCode(low);
    }

    @Override
    public int compareTo(IpAddress other) {
        int byFamily = family.compareTo(other.family);
        int byHigh = byFamily != 0 ? byFamily : Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /// The canonical text (RFC 5952 for IPv6).
    @Override
    public String toString() {
        return IpText.format(this);
    }
}
