package dev.swivel.core.model;

import java.util.Locale;
import java.util.Optional;

/// A transport protocol that a Service port can have, with its IANA protocol number.
public enum Protocol {
    TCP(6),
    UDP(17),
    SCTP(132);

    private final int number;
    private final String lower = name().toLowerCase(Locale.ROOT);

    Protocol(int number) {
        this.number = number;
    }

    /// IANA protocol number: 6, 17 or 132.
    public int number() {
        return number;
    }

    /// `tcp`, `udp` or `sctp`, as iptables and the chain-name hashes spell it.
    public String lower() {
        return lower;
    }

    /// The protocol of that API spelling (`TCP`, `UDP`, `SCTP`), or empty for one this version does
    /// not know.
    public static Optional<Protocol> of(String text) {
        for (Protocol protocol : values()) {
            if (protocol.name().equals(text)) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }
}
