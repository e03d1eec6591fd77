package dev.swivel.lab.api.kinds;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/// IP addresses in their text form. Never asks a name service.
final class Addresses {
    static final String RULE = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    // The JDK also takes shorter forms ("10.1"), which the API does not.
    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private Addresses() {}

    static Optional<InetAddress> parse(String text) {
        try {
            if (DOTTED.matcher(text).matches()) {
                return Optional.of(Inet4Address.ofLiteral(text));
            }
            return text.contains(":") && !text.contains("%")
                    ? Optional.of(Inet6Address.ofLiteral(text))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    static boolean isIpv4(String text) {
        return parse(text).filter(Inet4Address.class::isInstance).isPresent();
    }

    static boolean isIpv6(String text) {
        return parse(text).filter(Inet6Address.class::isInstance).isPresent();
    }

    /// Whether the text is an address, a slash and a prefix length that fits.
    static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        var address = parse(text.substring(0, slash));
        try {
            int bits = Integer.parseInt(text.substring(slash + 1));
            return address.isPresent()
                    && bits >= 0
                    && bits <= address.get().getAddress().length * 8;
        } catch (NumberFormatException _) {
            return false;
        }
    }
}
