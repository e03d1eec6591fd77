package dev.swivel.lab.traffic;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Socket addresses as people write them: `192.168.1.11:80`, `[fd00::11]:80`.
public final class SocketText {
    private SocketText() {}

    public static String format(InetSocketAddress address) {
        var host = format(address.getAddress());
        return address.getAddress() instanceof Inet6Address
                ? "[" + host + "]:" + address.getPort()
                : host + ":" + address.getPort();
    }

    /// The address without a scope id; IPv6 in the short form of RFC 5952.
    public static String format(InetAddress address) {
        return address instanceof Inet6Address six
                ? Ipv6Text.shortest(six)
                : address.getHostAddress();
    }

    /// Reads what [#format(InetSocketAddress)] writes.
    ///
    /// @throws IllegalArgumentException if the text is not a literal address and a port
    public static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "socket address: " + text + " (expected: address:port)");
        }
        var host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new InetSocketAddress(
                InetAddress.ofLiteral(host), Integer.parseInt(text.substring(colon + 1)));
    }
}
