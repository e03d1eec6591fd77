package dev.swivel.linux.nftables;

import dev.swivel.linux.IpFamily;

/// A table of an IP family; there are others (`inet`, `arp`, ...), which this package leaves alone.
public record NftTable(IpFamily family, String name) {
    /// As `nft` writes it: `ip kube-proxy`.
    @Override
    public String toString() {
        return (family == IpFamily.IPV4 ? "ip " : "ip6 ") + name;
    }
}
