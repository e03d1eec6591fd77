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
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Legacy tables as the kernel shows them, without the programs.
final class LegacyTables implements TableLook {
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

    private static final int CLOSED = -1;

    private final IpFamily family;
    private final Arena arena = Arena.ofShared();
    private final List<Seen> tables;
    private Map<String, TableFingerprint> fingerprints = Map.of();
    private int socket = CLOSED;

    /// @param tables their names
    LegacyTables(IpFamily family, List<String> tables) {
        this.family = family;
        this.tables = tables.stream().map(Seen::new).toList();
    }

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

    @Override
    public Map<String, TableFingerprint> fingerprints() throws IOException {
        boolean moved = fingerprints.isEmpty();
        for (Seen table : tables) {
            moved |= table.look();
        }
        if (moved) {
            fingerprints =
                    tables.stream()
                            .collect(
                                    Collectors.toUnmodifiableMap(
                                            table -> table.name, table -> table.fingerprint));
        }
        return fingerprints;
    }

    private final class Seen {
        private final String name;
        private final MemorySegment before = arena.allocate(INFO_BYTES, 4);
        private final MemorySegment now = arena.allocate(INFO_BYTES, 4);
        private TableFingerprint fingerprint = new TableFingerprint.Absent();

        Seen(String name) {
            this.name = name;
            now.setString(0, name);
        }

        /// Whether it changed. A table that was there may be asked for directly: should it have
        /// gone since, with its rules, whoever wrote those makes it again anyway.
        boolean look() throws IOException {
            boolean wasThere = fingerprint instanceof TableFingerprint.Legacy;
            if ((wasThere || names(family).contains(name)) && ask()) {
                if (wasThere && now.mismatch(before) < 0) {
                    return false;
                }
                before.copyFrom(now);
                fingerprint = read(now);
                return true;
            }
            fingerprint = new TableFingerprint.Absent();
            return wasThere;
        }

        private boolean ask() throws IOException {
            int level = family == IpFamily.IPV4 ? SOL_IP : SOL_IPV6;
            try {
                int _ = Libc.getsockopt(socket(), level, GET_INFO, now);
                return true;
            } catch (ErrnoException e) {
                if (e.errno() == Errno.ENOENT) {
                    return false;
                }
                throw e;
            }
        }
    }

    /// Any socket of the family will do; this one takes part in nothing.
    private int socket() throws IOException {
        if (socket == CLOSED) {
            socket = Libc.socket(family.addressFamily(), Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        }
        return socket;
    }

    private static TableFingerprint read(MemorySegment info) {
        return new TableFingerprint.Legacy(
                info.get(JAVA_INT, NAME_BYTES),
                ints(info, HOOK_ENTRIES),
                ints(info, UNDERFLOWS),
                info.get(JAVA_INT, ENTRIES),
                info.get(JAVA_INT, SIZE));
    }

    private static List<Integer> ints(MemorySegment info, int offset) {
        List<Integer> values = new ArrayList<>(HOOKS);
        for (int i = 0; i < HOOKS; i++) {
            values.add(info.get(JAVA_INT, offset + 4L * i));
        }
        return values;
    }

    @Override
    public void close() {
        if (socket != CLOSED) {
            Libc.close(socket);
            socket = CLOSED;
        }
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
