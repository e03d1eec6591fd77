package dev.swivel.core.model;

/// An address and port at which clients reach a Service port.
public sealed interface Frontend {
    /// 1 to 65535.
    int port();

    record ClusterIp(IpAddress address, int port) implements Frontend {}

    record ExternalIp(IpAddress address, int port) implements Frontend {}

    record LoadBalancerVip(IpAddress address, int port) implements Frontend {}

    /// A port on the node's own addresses.
    record NodePort(int port) implements Frontend {}

    /// Whether clients outside the cluster use it: everything but the ClusterIP.
    default boolean isExternal() {
        return !(this instanceof ClusterIp);
    }
}
