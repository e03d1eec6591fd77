package dev.swivel.lab.life;

import dev.swivel.lab.cluster.Daemon;
import java.io.IOException;
import java.util.List;

/// The iptables programs, taken away from one Swivel alone: in its mount namespace something else
/// lies over them.
final class HiddenPrograms {
    private static final String HIDE =
            "for p in /usr/sbin/xtables-nft-multi /usr/sbin/xtables-legacy-multi; do"
                    + " mount --bind /dev/null $p; done";
    private static final String SHOW =
            "for p in /usr/sbin/xtables-nft-multi /usr/sbin/xtables-legacy-multi; do"
                    + " umount $p; done";

    /// What starts a program without them.
    static final List<String> LAUNCHER = List.of("sh", "-c", HIDE + "; exec \"$@\"", "sh");

    private HiddenPrograms() {}

    static void hide(ServedCluster served, Daemon from) throws IOException {
        var _ = served.amongMountsOf(from, HIDE);
    }

    static void show(ServedCluster served, Daemon to) throws IOException {
        var _ = served.amongMountsOf(to, SHOW);
    }
}
