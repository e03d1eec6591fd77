package dev.swivel.lab.api.kinds;

import java.util.Set;

/// Node ports, 30000 to 32767. A port number is free per protocol.
final class NodePorts {
    static final int FIRST = 30000;
    static final int LAST = 32767;

    /// The first ports are left to those who ask for one by number (KEP-3668).
    private static final int STATIC_BAND = 86;

    record Port(String protocol, int number) {}

    private final Claims<Port> claims = new Claims<>();

    void replace(String service, Set<Port> ports) {
        claims.replace(service, ports);
    }

    boolean isTakenByOther(Port port, String service) {
        return claims.isTakenByOther(port, service);
    }

    /// A number that is free for all protocols given and not in `avoid`. The search starts at a
    /// place that follows from the service's name, so that the same services get the same ports in
    /// every run.
    ///
    /// @throws IllegalStateException if there is none
    int allocate(String service, Set<String> protocols, Set<Integer> avoid) {
        int dynamic = LAST - FIRST + 1 - STATIC_BAND;
        int start = Math.floorMod(service.hashCode() * 0x9E3779B1, dynamic);
        for (int i = 0; i < LAST - FIRST + 1; i++) {
            int number =
                    i < dynamic ? FIRST + STATIC_BAND + (start + i) % dynamic : FIRST + i - dynamic;
            if (!avoid.contains(number)
                    && protocols.stream()
                            .noneMatch(protocol ->
                                    isTakenByOther(new Port(protocol, number), service))) {
                return number;
            }
        }
        throw new IllegalStateException("range is full");
    }
}
