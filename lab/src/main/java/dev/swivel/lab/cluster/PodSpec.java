package dev.swivel.lab.cluster;

import dev.swivel.lab.traffic.ServerName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// A pod to be made.
///
/// @param name a DNS label, unique in the cluster
/// @param node the name of the node it runs on
/// @param hostNetwork its containers answer on the node's own addresses
/// @param host the last part of its addresses, 11 to 254; if empty the next free one
public record PodSpec(
        String name,
        String node,
        boolean hostNetwork,
        OptionalInt host,
        List<ContainerSpec> containers) {
    private static final String MAIN = "main";

    public PodSpec {
        var _ = new ServerName(name, MAIN, node); // both must be DNS labels: they name namespaces
        containers = List.copyOf(containers);
    }

    public static PodSpec on(String node, String name) {
        return new PodSpec(name, node, false, OptionalInt.empty(), List.of());
    }

    /// Answers on these TCP ports from the container `main`.
    public PodSpec tcp(Integer... ports) {
        return container(MAIN, Set.of(ports), Set.of());
    }

    /// Answers on these UDP ports from the container `main`.
    public PodSpec udp(Integer... ports) {
        return container(MAIN, Set.of(), Set.of(ports));
    }

    /// Adds ports to the container of this name, which is added if there is none.
    public PodSpec container(String container, Set<Integer> tcp, Set<Integer> udp) {
        var changed = new ArrayList<ContainerSpec>();
        var merged = new ContainerSpec(container, tcp, udp);
        for (var existing : containers) {
            if (existing.name().equals(container)) {
                merged = union(existing, merged);
            } else {
                changed.add(existing);
            }
        }
        changed.add(merged);
        return new PodSpec(name, node, hostNetwork, host, changed);
    }

    public PodSpec onHostNetwork() {
        return new PodSpec(name, node, true, host, containers);
    }

    public PodSpec atHost(int number) {
        return new PodSpec(name, node, hostNetwork, OptionalInt.of(number), containers);
    }

    private static ContainerSpec union(ContainerSpec one, ContainerSpec other) {
        return new ContainerSpec(
                one.name(), union(one.tcp(), other.tcp()), union(one.udp(), other.udp()));
    }

    private static Set<Integer> union(Set<Integer> one, Set<Integer> other) {
        var all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }
}
