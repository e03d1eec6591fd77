package dev.swivel.core.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An EndpointSlice, cut down to what a proxy reads (spec 1.5). Entries that were not valid have
/// been reported and left out.
///
/// @param service the owner: the slice's namespace and its label `kubernetes.io/service-name`
/// @param endpoints all of the slice's family
/// @param trigger when the change that made this version happened, from the annotation
///   `endpoints.kubernetes.io/last-change-trigger-time`
public record EndpointSlice(
        ServiceName service,
        String name,
        IpFamily family,
        List<Port> ports,
        List<Entry> endpoints,
        Optional<Instant> trigger) {

    public EndpointSlice {
        ports = List.copyOf(ports);
        endpoints = EntryForm.pack(endpoints);
    }

    /// @param name empty for the unnamed port
    /// @param port 1 to 65535
    public record Port(String name, Protocol protocol, int port) {}

    /// One endpoint of the slice.
    ///
    /// @param local whether it runs on this node
    /// @param zoneHints zones that should consume it; empty for no hint
    /// @param nodeHints nodes that should consume it; empty for no hint
    public record Entry(
            IpAddress address,
            boolean ready,
            boolean serving,
            boolean terminating,
            boolean local,
            List<String> zoneHints,
            List<String> nodeHints) {
        public Entry {
            zoneHints = List.copyOf(zoneHints);
            nodeHints = List.copyOf(nodeHints);
        }
    }
}
