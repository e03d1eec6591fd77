package dev.swivel.lab.demo;

import java.util.List;

/// The modes that the demo can show, with what they have that others may lay hands on.
enum DemoMode {
    IPTABLES("iptables", "KUBE-SERVICES"),
    IPVS("ipvs", "kube-ipvs0"),
    USERSPACE("userspace", "KUBE-USR-RELAY");

    private final String text;
    private final String lifeline;

    DemoMode(String text, String lifeline) {
        this.text = text;
        this.lifeline = lifeline;
    }

    /// As `--proxy-mode` spells it.
    String text() {
        return text;
    }

    /// A command that takes away that without which nothing is served: a chain of the nat table, or
    /// the interface that has the addresses.
    ///
    /// @param iptables the program of the nodes' flavour
    List<String> meddling(String iptables) {
        return this == IPVS
                ? List.of("ip", "link", "delete", lifeline)
                : List.of(iptables, "-w", "-t", "nat", "-F", lifeline);
    }

    /// What that did, for people.
    String meddled() {
        return "somebody %s %s on node-1".formatted(this == IPVS ? "deletes" : "flushes", lifeline);
    }

    /// Whether connections go on when the daemon dies.
    boolean outlivesTheDaemon() {
        return this != USERSPACE;
    }
}
