package dev.swivel.linux.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A right that the kernel gives to processes one by one (capabilities(7)).
public enum Capability {
    /// Rules, sets, addresses, virtual servers.
    NET_ADMIN(12),
    /// Raw sockets, by which legacy iptables talks to the kernel.
    NET_RAW(13),
    /// Namespaces.
    SYS_ADMIN(21);

    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final String EFFECTIVE = "CapEff:";

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /// Whether the calling thread has it.
    public boolean isHeld() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(EFFECTIVE)) {
                long held = Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16);
                return (held & 1L << bit) != 0;
            }
        }
        throw new IOException(STATUS + " tells nothing of capabilities");
    }

    /// What to do about its being missing.
    public String remedy() {
        return "run as root, or in a container with capabilities.add: [" + name() + "]";
    }

    /// As in capabilities(7): `CAP_NET_ADMIN`.
    @Override
    public String toString() {
        return "CAP_" + name();
    }
}
