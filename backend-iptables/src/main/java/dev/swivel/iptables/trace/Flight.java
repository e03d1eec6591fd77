package dev.swivel.iptables.trace;

import dev.swivel.core.model.IpAddress;

/// A packet on its way: what rules have changed of it so far.
record Flight(IpAddress destination, int port, int mark, boolean translated, boolean masqueraded) {
    static Flight of(Packet packet) {
        return new Flight(packet.destination(), packet.port(), 0, false, false);
    }

    Flight to(IpAddress address, int newPort) {
        return new Flight(address, newPort, mark, true, masqueraded);
    }

    Flight marked(int newMark) {
        return new Flight(destination, port, newMark, translated, masqueraded);
    }

    Flight masquerade() {
        return new Flight(destination, port, mark, translated, true);
    }
}
