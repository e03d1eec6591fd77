package dev.swivel.lab.demo;

/// The modes that the demo can show, with what they have that it lays hands on.
enum DemoMode {
    IPTABLES("iptables", "KUBE-SERVICES"),
    IPVS("ipvs", ""),
    USERSPACE("userspace", "KUBE-USR-RELAY");

    private final String text;
    private final String chain;

    DemoMode(String text, String chain) {
        this.text = text;
        this.chain = chain;
    }

    /// As `--proxy-mode` spells it.
    String text() {
        return text;
    }

    /// A chain of the nat table without which nothing is served; empty if there is none.
    String chain() {
        return chain;
    }

    /// Whether connections go on when the daemon dies.
    boolean outlivesTheDaemon() {
        return this != USERSPACE;
    }
}
