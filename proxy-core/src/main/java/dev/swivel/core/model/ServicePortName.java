package dev.swivel.core.model;

import java.util.Comparator;

/// What names one port of one Service: several ports may share a number, so name and protocol tell
/// them apart.
///
/// @param port the port's name; empty for the only, unnamed port
public record ServicePortName(ServiceName service, String port, Protocol protocol)
        implements Comparable<ServicePortName> {
    private static final Comparator<ServicePortName> ORDER =
            Comparator.comparing(ServicePortName::service)
                    .thenComparing(ServicePortName::port)
                    .thenComparing(ServicePortName::protocol);

    public ServicePortName {
        if (!port.isEmpty()) {
            DnsLabel.require("port name", port);
        }
    }

    @Override
    public int compareTo(ServicePortName other) {
        return ORDER.compare(this, other);
    }

    /// `namespace/name:port`, or `namespace/name` for an unnamed port: the form of comments, hashes
    /// and log lines.
    @Override
    public String toString() {
        return port.isEmpty() ? service.toString() : service + ":" + port;
    }
}
