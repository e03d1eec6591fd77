package dev.swivel.netfilter.commit;

import dev.swivel.linux.sysctl.Sysctl;
import java.io.IOException;

/// Whether packets that connection tracking calls invalid are dropped on their way to endpoints:
/// translated half, they would make an endpoint reset the connection (spec 4.9).
public final class InvalidPackets {
    private static final String BE_LIBERAL = "net.netfilter.nf_conntrack_tcp_be_liberal";

    private InvalidPackets() {}

    /// Not if connection tracking takes packets outside the window for valid ones.
    public static boolean areDropped() throws IOException {
        Sysctl sysctl = Sysctl.system();
        return !sysctl.exists(BE_LIBERAL) || sysctl.readNumber(BE_LIBERAL) == 0;
    }
}
