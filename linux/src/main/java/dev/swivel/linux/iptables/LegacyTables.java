package dev.swivel.linux.iptables;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Legacy tables as the kernel shows them, without the programs.
final class LegacyTables {
    // linux/netfilter_ipv4/ip_tables.h, linux/netfilter_ipv6/ip6_tables.h
    private static final int GET_INFO = 64;
    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;
    private static final int NAME_BYTES = 32;
    private static final int HOOKS = 5;
    private static final int HOOK_ENTRIES = NAME_BYTES + 4;
    private static final int UNDERFLOWS = HOOK_ENTRIES + 4 * HOOKS;
    private static final int ENTRIES = UNDERFLOWS + 4 * HOOKS;
    private static final int SIZE = ENTRIES + 4;
    private static final int INFO_BYTES = SIZE + 4;

    private LegacyTables() {}

    /// Tables that exist in this thread's network namespace. Reading the list creates none, while
    /// asking for one by any other way does.
    static Set<String> names(IpFamily family) throws IOException {
        String file = family == IpFamily.IPV4 ? "ip_tables_names" : "ip6_tables_names";
        try {
            return Set.copyOf(Files.readAllLines(Path.of("/proc/thread-self/net", file)));
        } catch (NoSuchFileException _) {
            return Set.of(); // the kernel has no legacy iptables, or has not loaded it
        }
    }

    static TableFingerprint fingerprint(IpFamily family, String table) throws IOException {
        if (!names(family).contains(table)) {
            return new TableFingerprint.Absent();
        }
        int fd =
                Libc.socket(
                        family.addressFamily(),
                        Libc.SOCK_RAW | Libc.SOCK_CLOEXEC,
                        Libc.IPPROTO_RAW);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_BYTES, 4);
            info.setString(0, table);
            int level = family == IpFamily.IPV4 ? SOL_IP : SOL_IPV6;
            int _ = Libc.getsockopt(fd, level, GET_INFO, info);
            return new TableFingerprint.Legacy(
                    info.get(JAVA_INT, NAME_BYTES),
                    ints(info, HOOK_ENTRIES),
                    ints(info, UNDERFLOWS),
                    info.get(JAVA_INT, ENTRIES),
                    info.get(JAVA_INT, SIZE));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return new TableFingerprint.Absent();
            }
            throw e;
        } finally {
            Libc.close(fd);
        }
    }

    private static List<Integer> ints(MemorySegment info, int offset) {
        List<Integer> values = new ArrayList<>(HOOKS);
        for (int i = 0; i < HOOKS; i++) {
            values.add(info.get(JAVA_INT, offset + 4L * i));
        }
        return values;
    }
}
