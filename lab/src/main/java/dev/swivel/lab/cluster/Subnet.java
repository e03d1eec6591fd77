package dev.swivel.lab.cluster;

import dev.swivel.lab.traffic.SocketText;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// A range of addresses: base and prefix length, with no host bits set.
public record Subnet(InetAddress base, int bits) {
    public Subnet {
        int width = base.getAddress().length * Byte.SIZE;
        if (bits < 0 || bits > width) {
            throw new IllegalArgumentException(
                    "prefix length: " + bits + " (expected: 0.." + width + ")");
        }
        var hostBits = BigInteger.ONE.shiftLeft(width - bits).subtract(BigInteger.ONE);
        if (new BigInteger(1, base.getAddress()).and(hostBits).signum() != 0) {
            throw new IllegalArgumentException("host bits set: " + base + "/" + bits);
        }
    }

    /// Reads a range such as `192.168.1.0/24` or `fd00:203::/64`.
    ///
    /// @throws IllegalArgumentException if the text is no literal address, slash and length
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("subnet: " + text + " (expected: address/length)");
        }
        return new Subnet(
                InetAddress.ofLiteral(text.substring(0, slash)),
                Integer.parseInt(text.substring(slash + 1)));
    }

    public boolean isIpv4() {
        return base instanceof Inet4Address;
    }

    /// The address with this last part as it is written: host 11 is `.11` in IPv4 and `::11` in
    /// IPv6, so that the two addresses of a machine look alike.
    ///
    /// @param number 1 to 254
    public InetAddress host(int number) {
        if (number < 1 || number > 254) {
            throw new IllegalArgumentException("host: " + number + " (expected: 1..254)");
        }
        int value = isIpv4() ? number : Integer.parseInt(Integer.toString(number), 16);
        var bytes = base.getAddress();
        bytes[bytes.length - 1] += (byte) value;
        bytes[bytes.length - 2] += (byte) (value >>> Byte.SIZE);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("the length of an address is fixed", e);
        }
    }

    /// This address of the range with the range's length, as `ip address add` takes it.
    String interfaceAddress(int number) {
        return SocketText.format(host(number)) + "/" + bits;
    }

    @Override
    public String toString() {
        return SocketText.format(base) + "/" + bits;
    }
}
