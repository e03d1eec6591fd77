package dev.swivel.lab.scenario;

import dev.swivel.core.model.IpAddress;
import java.util.Optional;
import java.util.Set;

/// What must become of a packet.
public sealed interface Expected {
    /// Exactly these endpoints get their share of such packets.
    ///
    /// @param source what the endpoint must see as its peer; empty where the scenario does not care
    /// @param sticks whether all packets of this client must go to one of them, the same each time
    record Served(Set<Endpoint> endpoints, Optional<Source> source, boolean sticks)
            implements Expected {
        public Served {
            endpoints = Set.copyOf(endpoints);
        }
    }

    /// An ICMP message or a reset says at once that nobody is there.
    record Refused() implements Expected {}

    /// Nothing comes back.
    record Dropped() implements Expected {}

    /// It is not a service's: it goes where it was addressed.
    record Untouched() implements Expected {}

    /// Where a packet ends.
    ///
    /// @param port 0 for any, where the scenario names no port
    record Endpoint(IpAddress address, int port) {
        /// Whether the packet that arrived there is meant.
        public boolean isAt(IpAddress where, int number) {
            return address.equals(where) && (port == 0 || port == number);
        }
    }

    /// What an endpoint sees as its peer.
    enum Source {
        /// The sender's own address.
        KEPT,
        /// An address of the node at which the packet became a service's.
        NODE
    }
}
