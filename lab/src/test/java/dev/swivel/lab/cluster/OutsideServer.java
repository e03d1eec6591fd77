package dev.swivel.lab.cluster;

import dev.swivel.lab.traffic.Server;
import dev.swivel.lab.traffic.ServerName;
import dev.swivel.lab.traffic.TcpServer;
import dev.swivel.lab.traffic.Transport;
import dev.swivel.lab.traffic.UdpServer;
import java.io.IOException;

/// A server on the machine outside.
final class OutsideServer {
    private OutsideServer() {}

    static Server on(Outside outside, Transport transport, int tcp, int udp) throws IOException {
        var name = new ServerName("outside", "main", "outside");
        return switch (transport) {
            case TCP -> TcpServer.listen(name, outside.place(), tcp);
            case UDP -> UdpServer.listen(name, outside.place(), outside.addresses().both(), udp);
        };
    }
}
