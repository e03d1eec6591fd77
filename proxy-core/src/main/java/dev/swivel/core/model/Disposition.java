package dev.swivel.core.model;

/// What happens to a new connection (spec 2.6).
public sealed interface Disposition {
    Disposition REJECT = new Reject();
    Disposition DROP = new Drop();

    /// It goes to one of the endpoints of that set.
    record Balance(EndpointSet set) implements Disposition {}

    /// It is refused: ICMP port unreachable, or a reset.
    record Reject() implements Disposition {}

    /// It is ignored: another node may have what this one lacks.
    record Drop() implements Disposition {}

    /// The two sets of [EndpointChoice].
    enum EndpointSet {
        CLUSTER,
        LOCAL
    }
}
