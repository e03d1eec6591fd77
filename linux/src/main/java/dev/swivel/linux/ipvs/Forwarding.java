package dev.swivel.linux.ipvs;

import java.util.stream.Stream;

/// How packets get to a real server (`IP_VS_CONN_F_*`).
public enum Forwarding {
    /// Destination address translation; answers come back through this machine.
    MASQUERADE(0),
    /// This machine itself.
    LOCAL(1),
    /// Inside another IP packet.
    TUNNEL(2),
    /// With another link address only; answers take their own way.
    DIRECT(3),
    /// To the original destination.
    BYPASS(4);

    private static final int MASK = 0x7;

    private final int number;

    Forwarding(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Forwarding of(int number) {
        return Stream.of(values())
                .filter(method -> method.number == (number & MASK))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("forwarding method " + number));
    }
}
