package dev.swivel.core.model;

/// An IP family. Names and order are those of the `ip_family` metric label and of
/// `Service.spec.ipFamilies`.
public enum IpFamily {
    IPV4("IPv4", 32),
    IPV6("IPv6", 128);

    private final String label;
    private final int bits;

    IpFamily(String label, int bits) {
        this.label = label;
        this.bits = bits;
    }

    /// `IPv4` or `IPv6`, as the Kubernetes API spells it.
    public String label() {
        return label;
    }

    /// Address length in bits: 32 or 128.
    public int bits() {
        return bits;
    }
}
