package dev.swivel.iptables.rule;

/// The tables this backend writes.
public enum Table {
    NAT("nat"),
    FILTER("filter");

    private final String text;

    Table(String text) {
        this.text = text;
    }

    /// The name as iptables spells it.
    public String text() {
        return text;
    }
}
