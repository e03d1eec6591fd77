package dev.swivel.lab.cluster;

/// Which of the two iptables programs the lab's own rules are made with.
public enum IptablesFlavour {
    NFT("iptables-nft-restore", "ip6tables-nft-restore"),
    LEGACY("iptables-legacy-restore", "ip6tables-legacy-restore");

    private final DualStack<String> restore;

    IptablesFlavour(String ipv4, String ipv6) {
        this.restore = new DualStack<>(ipv4, ipv6);
    }

    DualStack<String> restore() {
        return restore;
    }
}
