package dev.swivel.iptables.render;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ServicePortName;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Match;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.Target;
import java.util.ArrayList;
import java.util.List;

/// Traffic for one frontend goes to that chain: an entry of a [DispatchTree].
///
/// Its key is a string of nibbles: the address (none for a node port), the protocol, the port.
///
/// @param address where clients send to; meaningless for a node port
/// @param addressNibbles 8 or 32; 0 for a node port
/// @param owner whose frontend it is
/// @param role what the frontend is to its owner: with the owner's name, the rule's comment
public record Dispatch(
        IpAddress address,
        int addressNibbles,
        int port,
        ChainName target,
        ServicePortName owner,
        String role) {
    private static final int PORT_NIBBLES = 4;

    static Dispatch address(
            IpAddress address, int port, ChainName target, ServicePortName owner, String role) {
        return new Dispatch(address, address.family().bits() / 4, port, target, owner, role);
    }

    static Dispatch nodePort(IpFamily family, int port, ChainName target, ServicePortName owner) {
        return new Dispatch(new IpAddress(family, 0, 0), 0, port, target, owner, "");
    }

    Protocol protocol() {
        return owner.protocol();
    }

    boolean isNodePort() {
        return addressNibbles == 0;
    }

    int nibbles() {
        return addressNibbles + 1 + PORT_NIBBLES;
    }

    int nibble(int index) {
        if (index < addressNibbles) {
            return address.nibble(index);
        }
        int below = index - addressNibbles;
        return below == 0 ? digit(protocol()) : (port >>> (4 * (PORT_NIBBLES - below))) & 0xf;
    }

    private static int digit(Protocol protocol) {
        return switch (protocol) {
            case TCP -> 0;
            case UDP -> 1;
            case SCTP -> 2;
        };
    }

    boolean hasKeyOf(Dispatch other) {
        return port == other.port
                && protocol() == other.protocol()
                && address.equals(other.address)
                && addressNibbles == other.addressNibbles;
    }

    /// How many nibbles both keys start with.
    int common(Dispatch other, int limit) {
        int index = 0;
        while (index < limit && nibble(index) == other.nibble(index)) {
            index++;
        }
        return index;
    }

    /// The first nibbles of the key in hexadecimal.
    String prefixText(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(Character.forDigit(nibble(i), 16));
        }
        return text.toString();
    }

    Rule rule(boolean comments) {
        return Rule.of(Target.jump(target), matches(0, nibbles()))
                .commented(comments ? owner + role : "");
    }

    /// What a packet must match to have a key that starts as this one does.
    ///
    /// @param known how many nibbles are known to match already
    /// @param length how many nibbles must match
    List<Match> matches(int known, int length) {
        List<Match> matches = new ArrayList<>(3);
        if (known < addressNibbles) {
            int bits = 4 * Math.min(length, addressNibbles);
            matches.add(new Match.Destination(new Cidr(address, bits), false));
        }
        if (length > addressNibbles) {
            matches.add(new Match.ProtocolIs(protocol()));
        }
        if (length > addressNibbles + 1) {
            int open = (1 << (4 * (nibbles() - length))) - 1;
            matches.add(new Match.DestinationPorts(protocol(), port & ~open, port | open));
        }
        return matches;
    }
}
