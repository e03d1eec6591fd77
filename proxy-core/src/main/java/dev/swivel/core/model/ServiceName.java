package dev.swivel.core.model;

import java.util.Comparator;

/// The namespace and name of a Service.
///
/// Construction fails with IllegalArgumentException if either is not a DNS label (RFC 1123: 1 to 63
/// of `a-z 0-9 -`), so that a name can go into a rule's comment or a log line as it is
public record ServiceName(String namespace, String name) implements Comparable<ServiceName> {
    private static final Comparator<ServiceName> ORDER =
            Comparator.comparing(ServiceName::namespace).thenComparing(ServiceName::name);

    public ServiceName {
        DnsLabel.require("namespace", namespace);
        DnsLabel.require("name", name);
    }

    @Override
    public int compareTo(ServiceName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
