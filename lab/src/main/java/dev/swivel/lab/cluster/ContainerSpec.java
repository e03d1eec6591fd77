package dev.swivel.lab.cluster;

import java.util.Set;

/// A container of a pod: the ports it answers on. Containers of one pod share its network.
public record ContainerSpec(String name, Set<Integer> tcp, Set<Integer> udp) {
    public ContainerSpec {
        tcp = Set.copyOf(tcp);
        udp = Set.copyOf(udp);
    }
}
