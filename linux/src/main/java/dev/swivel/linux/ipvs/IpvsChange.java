package dev.swivel.linux.ipvs;

/// One thing to change. The kernel is strict: adding what is there, changing or deleting what is
/// not there is refused.
public sealed interface IpvsChange {
    Frontend frontend();

    /// Makes a virtual server.
    record AddServer(VirtualServer server) implements IpvsChange {
        @Override
        public Frontend frontend() {
            return server.frontend();
        }

        @Override
        public String toString() {
            return "add virtual server " + server;
        }
    }

    /// Changes scheduler, flags, timeout or client prefix of a virtual server; its connections and
    /// real servers stay.
    record SetServer(VirtualServer server) implements IpvsChange {
        @Override
        public Frontend frontend() {
            return server.frontend();
        }

        @Override
        public String toString() {
            return "change virtual server " + server;
        }
    }

    /// Removes a virtual server and all its real servers.
    record DeleteServer(Frontend frontend) implements IpvsChange {
        @Override
        public String toString() {
            return "delete virtual server " + frontend;
        }
    }

    /// Adds a real server to a virtual server.
    record AddReal(Frontend frontend, RealServer server) implements IpvsChange {
        @Override
        public String toString() {
            return "add real server " + server + " to " + frontend;
        }
    }

    /// Changes weight, forwarding or thresholds of a real server; its connections stay.
    record SetReal(Frontend frontend, RealServer server) implements IpvsChange {
        @Override
        public String toString() {
            return "change real server " + server + " of " + frontend;
        }
    }

    /// Removes a real server. What becomes of its connections is up to the sysctl
    /// `net.ipv4.vs.expire_nodest_conn`: they end at their next packet, or that packet is dropped.
    record DeleteReal(Frontend frontend, Destination destination) implements IpvsChange {
        @Override
        public String toString() {
            return "delete real server " + destination + " of " + frontend;
        }
    }
}
