package dev.swivel.core.config;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Listen addresses as text: `10.0.0.1:80`, `[::]:80`, or an IP address alone.
public final class HostPort {
    private static final Pattern WITH_PORT =
            Pattern.compile("(?:\\[(?<v6>[^\\[\\]]*)]|(?<v4>[^:]*)):(?<port>[0-9]{1,5})");

    private HostPort() {}

    /// @return the address with a port, the default one if the text has none; empty if it is none
    public static Optional<String> complete(String text, int defaultPort) {
        Optional<IpAddress> bare = IpAddress.parse(text);
        if (bare.isPresent()) {
            return bare.map(ip -> join(ip, defaultPort));
        }
        Matcher parts = WITH_PORT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        boolean bracketed = parts.group("v6") != null;
        int port = Integer.parseInt(parts.group("port"));
        return IpAddress.parse(parts.group(bracketed ? "v6" : "v4"))
                .filter(_ -> port >= 1 && port <= 65535)
                .map(ip -> join(ip, port));
    }

    private static String join(IpAddress ip, int port) {
        return (ip.family() == IpFamily.IPV6 ? "[" + ip + "]" : ip.toString()) + ":" + port;
    }

    /// The address of a text that [#complete] made. "All addresses" are those that the machine has:
    /// `[::]` is of use on one without IPv6, too.
    public static InetSocketAddress socketAddress(String complete) {
        int colon = complete.lastIndexOf(':');
        IpAddress host = IpAddress.of(complete.substring(0, colon).replaceAll("[\\[\\]]", ""));
        int port = Integer.parseInt(complete.substring(colon + 1));
        return host.isUnspecified()
                ? new InetSocketAddress(port)
                : new InetSocketAddress(host.toInetAddress(), port);
    }
}
