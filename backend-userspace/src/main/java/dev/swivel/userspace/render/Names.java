package dev.swivel.userspace.render;

import dev.swivel.netfilter.rule.ChainName;

/// The names of chains. No other mode has them.
public final class Names {
    private static final String PREFIX = "KUBE-USR-";

    // nat
    static final ChainName CAPTURE = new ChainName(PREFIX + "CAPTURE");
    static final ChainName OUTPUT = new ChainName(PREFIX + "OUTPUT");
    static final ChainName RELAY = new ChainName(PREFIX + "RELAY");
    static final ChainName RELAY_NODE_PORT = new ChainName(PREFIX + "RELAY-NODE-PORT");

    // filter
    static final ChainName REFUSE = new ChainName(PREFIX + "REFUSE");
    static final ChainName INPUT = new ChainName(PREFIX + "INPUT");
    static final ChainName SOURCE = new ChainName(PREFIX + "SOURCE");
    static final ChainName FORWARD = new ChainName(PREFIX + "FORWARD");

    private Names() {}

    /// Whether a chain is of this mode.
    public static boolean isOurs(ChainName chain) {
        return chain.text().startsWith(PREFIX);
    }
}
