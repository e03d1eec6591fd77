package dev.swivel.core.model;

import java.util.regex.Pattern;

/// The form of a network interface's name: at most 15 bytes (linux/if.h IFNAMSIZ), and nothing that
/// iptables reads as a wildcard.
final class InterfaceName {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.@-]{1,15}");

    private InterfaceName() {}

    static void require(String name) {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "not an interface name of 1 to 15 characters: " + DnsLabel.printable(name));
        }
    }
}
