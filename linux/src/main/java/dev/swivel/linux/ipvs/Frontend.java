package dev.swivel.linux.ipvs;

import dev.swivel.linux.IpFamily;
import java.net.Inet6Address;
import java.net.InetAddress;

/// What makes packets belong to a virtual server, and what it is known by: there is at most one
/// virtual server per frontend.
public sealed interface Frontend {
    IpFamily family();

    /// Packets to an address and port.
    ///
    /// @param protocol IANA number: 6 TCP, 17 UDP, 132 SCTP
    /// @param port 0 to 65535; 0 stands for all ports that have no virtual server of their own,
    ///   which the kernel does for persistent virtual servers only
    record AddressPort(int protocol, InetAddress address, int port) implements Frontend {
        public AddressPort {
            Ranges.check("protocol", protocol, 1, 255);
            Ranges.check("port", port, 0, 65535);
        }

        @Override
        public IpFamily family() {
            return IpFamily.of(address);
        }

        @Override
        public String toString() {
            return protocolName(protocol) + " " + Frontend.text(address) + ":" + port;
        }
    }

    /// Packets with a firewall mark, whatever their destination.
    ///
    /// @param mark 32 bits, not 0
    record Mark(int mark, IpFamily family) implements Frontend {
        public Mark {
            if (mark == 0) {
                throw new IllegalArgumentException("mark: 0 (expected: any other)");
            }
        }

        @Override
        public String toString() {
            return "mark 0x" + Integer.toHexString(mark) + " " + family;
        }
    }

    private static String protocolName(int protocol) {
        return switch (protocol) {
            case 6 -> "TCP";
            case 17 -> "UDP";
            case 132 -> "SCTP";
            default -> "protocol " + protocol;
        };
    }

    static String text(InetAddress address) {
        String literal = address.getHostAddress();
        return address instanceof Inet6Address ? "[" + literal + "]" : literal;
    }
}
