package dev.swivel.netfilter.rule;

import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;

/// What a rule does with a packet that it matches.
public sealed interface Target {
    Target GO_ON = new GoOn();
    Target ACCEPT = new Accept();
    Target DROP = new Drop();
    Target RETURN = new Return();

    /// Nothing: the next rule follows.
    record GoOn() implements Target {}

    record Jump(ChainName chain) implements Target {}

    record Accept() implements Target {}

    record Drop() implements Target {}

    record Return() implements Target {}

    /// Answers with ICMP port unreachable.
    record Reject(IpFamily family) implements Target {}

    /// @param port 1 to 65535
    record Dnat(IpAddress address, int port) implements Target {}

    /// Gives the source address the beginning of a range, and leaves the rest of it and the port as
    /// they are, unless the port is taken. In the nat table's POSTROUTING only.
    record Netmap(Cidr range) implements Target {}

    /// @param randomFully whether to choose the source port at random
    record Masquerade(boolean randomFully) implements Target {}

    /// Sets one bit of the packet mark.
    ///
    /// @param bit 0 to 31
    record SetMarkBit(int bit) implements Target {}

    /// Flips one bit of the packet mark.
    ///
    /// @param bit 0 to 31
    record FlipMarkBit(int bit) implements Target {}

    /// Puts the packet's source address into a set, or starts its timeout again.
    ///
    /// @param timeoutSeconds 1 to 86400
    record RememberSource(SetName set, int timeoutSeconds) implements Target {}

    /// Gives the packet the mark that its destination's element in a set carries; none, none. In
    /// the mangle table only.
    record MapMark(SetName set) implements Target {}

    static Target jump(ChainName chain) {
        return new Jump(chain);
    }
}
