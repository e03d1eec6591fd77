package dev.swivel.lab.cluster;

/// Which of the two iptables programs the lab's own rules are made with.
public enum IptablesFlavour {
    NFT("iptables-nft-restore", "ip6tables-nft-restore"),
    LEGACY("iptables-legacy-restore", "ip6tables-legacy-restore");

    private final String ipv4Restore;
    private final String ipv6Restore;

    IptablesFlavour(String ipv4Restore, String ipv6Restore) {
        this.ipv4Restore = ipv4Restore;
        this.ipv6Restore = ipv6Restore;
    }

    /// The program that reads rules, for each family.
    DualStack<String> restore() {
        return new DualStack<>(ipv4Restore, ipv6Restore);
    }
}
