package dev.swivel.userspace.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How the process's file descriptors are divided, so that no kind of traffic can take them all: a
/// part for the rest of the daemon, then two for each TCP connection, one for each UDP flow, two
/// for each pipe.
///
/// @param connections TCP connections at a time
/// @param flows UDP flows at a time
/// @param pipes pipes for splice; without one, bytes are copied
record Descriptors(int connections, int flows, int pipes) {
    private static final int RESERVE = 512;
    private static final Path LIMITS = Path.of("/proc/self/limits");

    /// @param settings limits given there win over those derived
    static Descriptors of(RelaySettings settings) throws IOException {
        return divide(limit(Files.readString(LIMITS)), settings);
    }

    static Descriptors divide(int limit, RelaySettings settings) {
        int usable = limit - Math.min(RESERVE, limit / 4);
        int connections = usable / 32 * 30 / 2;
        int flows = usable / 32;
        int pipes = usable / 32 / 2;
        return new Descriptors(
                settings.maxConnections() > 0
                        ? Math.min(settings.maxConnections(), connections)
                        : connections,
                settings.maxUdpFlows() > 0 ? Math.min(settings.maxUdpFlows(), flows) : flows,
                pipes);
    }

    /// The soft limit in the text of `/proc/PID/limits`.
    static int limit(String limits) throws IOException {
        for (String line : limits.lines().toList()) {
            if (line.startsWith("Max open files")) {
                String soft = line.substring("Max open files".length()).strip().split("\\s+", 2)[0];
                return soft.equals("unlimited")
                        ? Integer.MAX_VALUE
                        : (int) Math.min(Integer.MAX_VALUE, Long.parseLong(soft));
            }
        }
        throw new IOException(LIMITS + " names no limit of open files");
    }
}
