package dev.swivel.userspace.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.userspace.route.Way;

/// Addresses that no machine has and that are local to this node by a route: the relay's listeners
/// live there, and what is sent with a client's address leaves from there. They are never seen on a
/// wire.
public final class InnerRange {
    private static final Cidr IPV4 = Cidr.of("169.254.200.0/24");
    private static final Cidr IPV6 = Cidr.of("fd73:7769:7665:6c::/64");
    private static final IpAddress IPV4_LISTENER = first(IPV4);
    private static final IpAddress IPV6_LISTENER = first(IPV6);

    /// Above what Linux gives to outgoing connections (32768 to 60999).
    public static final int FIRST_PORT = 61601;

    private InnerRange() {}

    public static Cidr of(IpFamily family) {
        return family == IpFamily.IPV4 ? IPV4 : IPV6;
    }

    /// Where traffic of every way arrives.
    public static IpAddress listener(IpFamily family) {
        return family == IpFamily.IPV4 ? IPV4_LISTENER : IPV6_LISTENER;
    }

    private static IpAddress first(Cidr range) {
        IpAddress base = range.address();
        return new IpAddress(base.family(), base.high(), base.low() + 1);
    }

    /// @param firstPort of the ways
    public static int port(int firstPort, Way way) {
        return firstPort
                + switch (way) {
                    case LOCAL_POD -> 0;
                    case NODE -> 1;
                    case ELSEWHERE -> 2;
                };
    }

    /// Where connections that keep the address of that client leave from: always the same one, so
    /// that TCP timestamps go on where the last connection's stopped (RFC 7323, 5.2), which an
    /// endpoint in TIME-WAIT looks at.
    public static IpAddress source(IpAddress client) {
        Cidr range = of(client.family());
        long mixed = (client.high() * 31 + client.low()) * 0x9e3779b97f4a7c15L;
        mixed ^= mixed >>> 32;
        if (client.family() == IpFamily.IPV4) {
            // .0 and .255 look like broadcasts to some, .1 listens
            return new IpAddress(
                    IpFamily.IPV4, 0, range.address().low() + 2 + Math.floorMod(mixed, 253L));
        }
        return new IpAddress(IpFamily.IPV6, range.address().high(), mixed | 1L << 63);
    }
}
