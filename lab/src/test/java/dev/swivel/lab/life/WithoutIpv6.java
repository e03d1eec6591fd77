package dev.swivel.lab.life;

import dev.swivel.lab.cluster.Daemon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A kernel without tables for IPv6, for one program alone (flavour nft): in its mount namespace
/// ip6tables says what it says there.
public final class WithoutIpv6 {
    private WithoutIpv6() {}

    /// What starts a program so.
    ///
    /// @param directory for files
    /// @param before what gives it a mount namespace of its own, if it has none
    public static List<String> launcher(Path directory, String... before) {
        String hide =
                """
                cp /usr/sbin/xtables-nft-multi %1$s/real
                cat > %1$s/lacking <<'END'
                #!/bin/bash
                case "$0 $*" in
                *--version) ;;
                *ip6tables*) echo "ip6tables: can't initialize ip6tables table: Table does not exist" >&2; exit 3 ;;
                esac
                exec -a "$0" %1$s/real "$@"
                END
                chmod +x %1$s/lacking
                mount --bind %1$s/lacking /usr/sbin/xtables-nft-multi
                exec "$@"
                """
                        .formatted(directory);
        return Stream.concat(Stream.of(before), Stream.of("sh", "-c", hide, "sh")).toList();
    }

    /// From now on the tables are there.
    static void end(ServedCluster served, Daemon daemon) throws IOException {
        var _ = served.amongMountsOf(daemon, "umount /usr/sbin/xtables-nft-multi");
    }
}
