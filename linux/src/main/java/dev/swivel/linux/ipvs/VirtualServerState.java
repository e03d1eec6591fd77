package dev.swivel.linux.ipvs;

import java.util.List;

/// A virtual server with its real servers and counters, as the kernel has them.
public record VirtualServerState(
        VirtualServer server, Statistics statistics, List<RealServerState> realServers) {
    public VirtualServerState {
        realServers = List.copyOf(realServers);
    }
}
