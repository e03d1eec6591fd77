package dev.swivel.netfilter.rule;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.Protocol;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// One condition of a rule. The order of the variants up to [ProtocolIs] is the order in which
/// `iptables-save` prints them, whatever order they were given in.
public sealed interface Match {
    record Source(Cidr range, boolean negated) implements Match {}

    record Destination(Cidr range, boolean negated) implements Match {}

    /// @param prefix whether every interface whose name starts so is meant
    record InInterface(String name, boolean prefix, boolean negated) implements Match {}

    record ProtocolIs(Protocol protocol) implements Match {}

    /// Destination port in `low..high`, both included. The rule must have [ProtocolIs] too.
    record DestinationPorts(Protocol protocol, int low, int high) implements Match {}

    /// One bit of the packet mark.
    ///
    /// @param bit 0 to 31
    record MarkBit(int bit, boolean negated) implements Match {}

    /// The bits of the packet mark in `mask` are those of `value`.
    record MarkIs(int value, int mask) implements Match {}

    /// IPVS has given the packet its destination.
    record SentByIpvs() implements Match {}

    /// The address is one of this machine's.
    record LocalAddress(Side side) implements Match {}

    record ConnectionState(SortedSet<State> states, boolean negated) implements Match {
        public ConnectionState {
            states = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(states));
        }
    }

    /// The destination before any translation.
    record OriginalDestination(Cidr range) implements Match {}

    /// Every packet; a packet counter of the kernel counts it. Goes last: it counts what matches so
    /// far.
    ///
    /// @param counter 1 to 31 letters, digits, `_`
    record Counted(String counter) implements Match {}

    /// The packet's addresses and ports, in the order of `sides`, are an element of the set.
    record InSet(SetName set, List<Side> sides) implements Match {
        public InSet {
            sides = List.copyOf(sides);
        }
    }

    /// True for one packet in `of`, at random.
    ///
    /// @param of at least 2
    record Chance(int of) implements Match {
        public Chance {
            if (of < 2) {
                throw new IllegalArgumentException("one in " + of + " is no choice");
            }
        }
    }

    /// Which end of the packet.
    enum Side {
        SOURCE,
        DESTINATION
    }

    /// Connection tracking states, in the order in which `iptables-save` lists them.
    enum State {
        INVALID,
        NEW,
        RELATED,
        ESTABLISHED,
        SNAT,
        DNAT
    }

    static Match to(IpAddress address) {
        return new Destination(Cidr.host(address), false);
    }

    static Match from(Cidr range) {
        return new Source(range, false);
    }

    static Match port(Protocol protocol, int port) {
        return new DestinationPorts(protocol, port, port);
    }

    static Match state(State... states) {
        return new ConnectionState(new TreeSet<>(List.of(states)), false);
    }

    static Match notState(State... states) {
        return new ConnectionState(new TreeSet<>(List.of(states)), true);
    }

    static Match inSet(SetName set, Side... sides) {
        return new InSet(set, List.of(sides));
    }
}
