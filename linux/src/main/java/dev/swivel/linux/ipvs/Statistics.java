package dev.swivel.linux.ipvs;

/// What went through a virtual or real server since it was added. Unsigned 64 bits each.
public record Statistics(
        long connections,
        long incomingPackets,
        long outgoingPackets,
        long incomingBytes,
        long outgoingBytes) {}
