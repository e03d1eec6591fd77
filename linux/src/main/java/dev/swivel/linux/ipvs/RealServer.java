package dev.swivel.linux.ipvs;

import java.net.InetAddress;

/// A real server as one wants it or as the kernel has it.
///
/// @param weight 0 to 65535; at 0 it gets no new connections
/// @param upperThreshold no new connections at this many; 0: no limit
/// @param lowerThreshold new ones again below this many; 0: below three quarters of the upper
public record RealServer(
        Destination destination,
        Forwarding forwarding,
        int weight,
        int upperThreshold,
        int lowerThreshold) {
    public RealServer {
        Ranges.check("weight", weight, 0, 65535);
        Ranges.check("upperThreshold", upperThreshold, 0, Integer.MAX_VALUE);
        Ranges.check("lowerThreshold", lowerThreshold, 0, upperThreshold);
    }

    /// One with weight 1 whose packets get its address as destination.
    public static RealServer masqueraded(InetAddress address, int port) {
        return new RealServer(new Destination(address, port), Forwarding.MASQUERADE, 1, 0, 0);
    }

    public RealServer withWeight(int other) {
        return new RealServer(destination, forwarding, other, upperThreshold, lowerThreshold);
    }

    public RealServer withThresholds(int upper, int lower) {
        return new RealServer(destination, forwarding, weight, upper, lower);
    }

    @Override
    public String toString() {
        return destination + " weight " + weight + " " + forwarding;
    }
}
