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
    public static final ChainName MIRROR = new ChainName(PREFIX + "MIRROR");

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

    /// Whether a chain is of this mode and leads traffic to the relay, or refuses it. The others
    /// are of use for as long as a process relays.
    public static boolean captures(ChainName chain) {
        return isOurs(chain) && !chain.equals(MIRROR) && !chain.equals(SOURCE);
    }
}
