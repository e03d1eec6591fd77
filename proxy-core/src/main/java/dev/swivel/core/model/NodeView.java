package dev.swivel.core.model;

import java.util.List;
import java.util.Optional;

/// What one IP family needs to know of this node.
///
/// @param ips the node's addresses of this family: primary first
/// @param addresses every address of this family that the node's interfaces carry, sorted, without
///   those that a backend put there for Services
/// @param localhostNodePorts whether node ports answer on 127.0.0.1 too (spec 4.8)
public record NodeView(
        String name,
        Optional<String> zone,
        List<IpAddress> ips,
        LocalTraffic localTraffic,
        NodePortAddresses nodePortAddresses,
        List<IpAddress> addresses,
        boolean localhostNodePorts) {
    public NodeView {
        ips = List.copyOf(ips);
        addresses = addresses.stream().sorted().toList();
    }
}
