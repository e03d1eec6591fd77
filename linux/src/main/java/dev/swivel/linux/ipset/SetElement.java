package dev.swivel.linux.ipset;

import dev.swivel.linux.IpFamily;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// An entry of a set. Which kind fits depends on the set's type. Protocols are IANA numbers (6 TCP,
/// 17 UDP, 132 SCTP), ports are 0 to 65535.
public sealed interface SetElement {
    /// For `hash:ip`.
    record Ip(InetAddress ip) implements SetElement {
        @Override
        public String toString() {
            return ip.getHostAddress();
        }
    }

    /// For `hash:ip,port`.
    record IpPort(InetAddress ip, int protocol, int port) implements SetElement {
        public IpPort {
            check("protocol", protocol, 1, 255);
            check("port", port, 0, 65535);
        }

        @Override
        public String toString() {
            return ip.getHostAddress() + "," + protocol + ":" + port;
        }
    }

    /// For `hash:ip,port,ip`. Both addresses are of the set's family.
    record IpPortIp(InetAddress ip, int protocol, int port, InetAddress ip2) implements SetElement {
        public IpPortIp {
            check("protocol", protocol, 1, 255);
            check("port", port, 0, 65535);
        }

        @Override
        public String toString() {
            return ip.getHostAddress() + "," + protocol + ":" + port + "," + ip2.getHostAddress();
        }
    }

    /// For `hash:ip,port,net`. Bits of the network behind the prefix are cleared. The kernel knows
    /// no prefix 0 here: two halves stand for everything.
    record IpPortNet(InetAddress ip, int protocol, int port, InetAddress net, int prefix)
            implements SetElement {
        public IpPortNet {
            check("protocol", protocol, 1, 255);
            check("port", port, 0, 65535);
            net = masked(net, prefix);
        }

        @Override
        public String toString() {
            return ip.getHostAddress()
                    + ","
                    + protocol
                    + ":"
                    + port
                    + ","
                    + net.getHostAddress()
                    + "/"
                    + prefix;
        }
    }

    /// For `hash:net`. Bits behind the prefix are cleared. The kernel knows no prefix 0 here: two
    /// halves stand for everything.
    record Net(InetAddress net, int prefix) implements SetElement {
        public Net {
            net = masked(net, prefix);
        }

        @Override
        public String toString() {
            return net.getHostAddress() + "/" + prefix;
        }
    }

    /// For `hash:net,port`. As [Net], with a protocol and a port.
    record NetPort(InetAddress net, int prefix, int protocol, int port) implements SetElement {
        public NetPort {
            net = masked(net, prefix);
            check("protocol", protocol, 1, 255);
            check("port", port, 0, 65535);
        }

        @Override
        public String toString() {
            return net.getHostAddress() + "/" + prefix + "," + protocol + ":" + port;
        }
    }

    /// For `bitmap:port`.
    record Port(int port) implements SetElement {
        public Port {
            check("port", port, 0, 65535);
        }

        @Override
        public String toString() {
            return Integer.toString(port);
        }
    }

    private static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        check("prefix", prefix, 1, IpFamily.of(address).maxPrefix());
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefix - 8L * i, 0, 8);
            bytes[i] &= (byte) (0xff00 >> kept);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
