package dev.swivel.linux.iptables;

import java.util.Locale;

/// Which kernel interface an iptables program writes to. Rules in one are invisible to the programs
/// of the other, and the kernel applies both.
public enum Flavour {
    /// The x_tables interface: one blob per table, replaced whole.
    LEGACY,
    /// nf_tables through a compatibility layer.
    NFT;

    /// As in program names: `legacy` or `nft`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
