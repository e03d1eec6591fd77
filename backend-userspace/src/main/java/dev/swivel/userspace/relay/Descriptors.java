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

    /// As many slow readers may fill a pipe each: 256 MiB of the kernel's memory at most.
    private static final int MOST_PIPES = 1024;

    /// Each has a local port. There are 28,232 for what does not ask for a certain one
    /// (`ip_local_port_range`), and the node needs some itself.
    private static final int MOST_FLOWS = 14_000;

    private static final Path LIMITS = Path.of("/proc/self/limits");

    /// @param settings limits given there win over those derived
    static Descriptors of(RelaySettings settings) throws IOException {
        return divide(limit(Files.readString(LIMITS)), settings);
    }

    static Descriptors divide(int limit, RelaySettings settings) {
        int usable = limit - Math.min(RESERVE, limit / 4);
        int connections = usable / 32 * 30 / 2;
        int flows = Math.min(MOST_FLOWS, usable / 32);
        int pipes = Math.min(MOST_PIPES, usable / 32 / 2);
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
