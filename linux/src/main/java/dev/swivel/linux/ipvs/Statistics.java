package dev.swivel.linux.ipvs;

/// What went through a virtual or real server since it was added. Unsigned 64 bits each. The kernel
/// sums them up every 2 seconds only: what was just now is missing.
public record Statistics(
        long connections,
        long incomingPackets,
        long outgoingPackets,
        long incomingBytes,
        long outgoingBytes) {}
