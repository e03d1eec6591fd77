package dev.swivel.iptables.rule;

import java.util.List;

/// The tables this backend writes, with their built-in chains.
public enum Table {
    NAT("nat", List.of("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING")),
    FILTER("filter", List.of("INPUT", "FORWARD", "OUTPUT"));

    private final String text;
    private final List<String> builtIn;

    Table(String text, List<String> builtIn) {
        this.text = text;
        this.builtIn = builtIn;
    }

    /// The name as iptables spells it.
    public String text() {
        return text;
    }

    public boolean isBuiltIn(ChainName chain) {
        return builtIn.contains(chain.text());
    }
}
