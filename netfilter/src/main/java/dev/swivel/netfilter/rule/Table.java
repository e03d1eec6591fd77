package dev.swivel.netfilter.rule;

/// The tables that backends write.
public enum Table {
    NAT("nat"),
    FILTER("filter"),
    MANGLE("mangle");

    private final String text;

    Table(String text) {
        this.text = text;
    }

    /// The name as iptables spells it.
    public String text() {
        return text;
    }
}
