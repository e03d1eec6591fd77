package dev.swivel.iptables.trace;

import dev.swivel.core.model.IpAddress;

/// What may happen to a packet.
public sealed interface Outcome {
    /// It goes to an endpoint.
    ///
    /// @param masqueraded whether the endpoint sees an address of this node as its source
    record ToEndpoint(IpAddress address, int port, boolean masqueraded) implements Outcome {}

    record Rejected() implements Outcome {}

    record Dropped() implements Outcome {}

    /// No rule of ours concerns it: it goes where it was sent.
    ///
    /// @param toNode whether that is this machine
    record NotCaptured(boolean toNode) implements Outcome {}
}
