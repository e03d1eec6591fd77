package dev.swivel.userspace.render;

import dev.swivel.core.model.IpFamily;
import dev.swivel.netfilter.rule.SetName;

/// The sets that every node has, one of each per IP family.
public enum CaptureSet {
    /// Addresses of services that are relayed.
    ADDRESS("ADDRESS", Kind.IP_PORT),
    /// VIPs with source ranges that are relayed, with the sources that may use them.
    ADMITTED("ADMITTED", Kind.IP_PORT_NET),
    /// Node ports that are relayed.
    NODE_PORT("NODE-PORT", Kind.ANY_PORT),
    /// VIPs that only some sources may use.
    RESTRICTED("RESTRICTED", Kind.IP_PORT),
    /// Restricted VIPs without endpoints, with the sources that may know it.
    INFORMED("INFORMED", Kind.IP_PORT_NET),
    /// Addresses without endpoints.
    REJECT("REJECT", Kind.IP_PORT),
    /// Addresses under policy Local without local endpoints.
    DROP("DROP", Kind.IP_PORT),
    NODE_PORT_REJECT("NODE-PORT-REJECT", Kind.ANY_PORT),
    NODE_PORT_DROP("NODE-PORT-DROP", Kind.ANY_PORT),
    HEALTH_CHECK("HEALTH-CHECK-PORT", Kind.ANY_PORT);

    private final String suffix;
    private final Kind kind;

    CaptureSet(String suffix, Kind kind) {
        this.suffix = suffix;
        this.kind = kind;
    }

    public SetName name(IpFamily family) {
        return new SetName(prefix(family) + suffix);
    }

    /// What the names of all sets of a family start with.
    public static String prefix(IpFamily family) {
        return family == IpFamily.IPV4 ? "KUBE-USR-" : "KUBE-6-USR-";
    }

    public Kind kind() {
        return kind;
    }

    /// What an element holds.
    public enum Kind {
        /// hash:ip,port
        IP_PORT,
        /// hash:ip,port,net
        IP_PORT_NET,
        /// A port on every address: hash:net,port.
        ANY_PORT
    }
}
