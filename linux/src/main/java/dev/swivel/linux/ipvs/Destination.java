package dev.swivel.linux.ipvs;

import dev.swivel.linux.IpFamily;
import java.net.InetAddress;

/// What a real server is known by within its virtual server.
///
/// @param port 1 to 65535, or 0 for a virtual server of any port
public record Destination(InetAddress address, int port) {
    public Destination {
        Ranges.check("port", port, 0, 65535);
    }

    public IpFamily family() {
        return IpFamily.of(address);
    }

    @Override
    public String toString() {
        return Frontend.text(address) + ":" + port;
    }
}
