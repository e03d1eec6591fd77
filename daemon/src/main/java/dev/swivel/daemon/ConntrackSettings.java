package dev.swivel.daemon;

import dev.swivel.core.config.ProxyConfig;
import dev.swivel.linux.sysctl.Sysctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets the kernel's connection tracking as configured (spec 7.2). A setting that cannot be written
/// is reported and left: traffic is served all the same (docs/differences.md).
final class ConntrackSettings {
    private static final Logger log = LoggerFactory.getLogger(ConntrackSettings.class);
    private static final String PREFIX = "net.netfilter.nf_conntrack_";
    private static final long CEILING = 1_048_576;

    private ConntrackSettings() {}

    private static final int ENTRIES_PER_BUCKET = 4;

    /// Where the size of the table's hash is set: for the whole machine, so the kernel lets only
    /// its first network namespace do it.
    static final Path HASH_SIZE = Path.of("/sys/module/nf_conntrack/parameters/hashsize");

    /// Whether the kernel tracks connections already. Where it is a module, that may come with the
    /// first rule that asks for it.
    static boolean canApply(Sysctl sysctl) {
        return sysctl.exists(PREFIX + "max");
    }

    static void apply(ProxyConfig.Conntrack wanted, Sysctl sysctl, Path hashSize) {
        if (wanted.maxPerCore() > 0) {
            long max = max(wanted, Processors.ofThisMachine());
            if (write(sysctl, "max", max)) {
                raiseHashSize(hashSize, max / ENTRIES_PER_BUCKET);
            }
        }
        writeSeconds(sysctl, "tcp_timeout_established", wanted.tcpEstablishedTimeout());
        writeSeconds(sysctl, "tcp_timeout_close_wait", wanted.tcpCloseWaitTimeout());
        writeSeconds(sysctl, "udp_timeout", wanted.udpTimeout());
        writeSeconds(sysctl, "udp_timeout_stream", wanted.udpStreamTimeout());
        if (wanted.tcpBeLiberal()) {
            write(sysctl, "tcp_be_liberal", 1);
        }
    }

    /// Entries to track: by core, at least the minimum. The ceiling guards against machines with
    /// very many cores.
    static long max(ProxyConfig.Conntrack wanted, int cores) {
        return Math.max(Math.min((long) wanted.maxPerCore() * cores, CEILING), wanted.min());
    }

    private static void writeSeconds(Sysctl sysctl, String name, Duration value) {
        if (!value.isZero()) {
            write(sysctl, name, value.toSeconds());
        }
    }

    /// @return whether the value is in force
    private static boolean write(Sysctl sysctl, String name, long value) {
        try {
            if (sysctl.write(PREFIX + name, value)) {
                log.info("set {} to {}", PREFIX + name, value);
            }
            return true;
        } catch (IOException e) {
            if (isEnough(sysctl, name, value)) {
                log.debug("{} stays above what is asked for: {}", PREFIX + name, e.getMessage());
            } else {
                log.warn("{} stays as it is: {}", PREFIX + name, e.getMessage());
            }
            return false;
        }
    }

    /// More entries in as few buckets would make each look-up longer.
    private static void raiseHashSize(Path file, long wanted) {
        try {
            if (Long.parseLong(Files.readString(file).strip()) < wanted) {
                Files.writeString(file, Long.toString(wanted));
                log.info("set {} to {}", file, wanted);
            }
        } catch (IOException | NumberFormatException e) {
            log.warn("{} stays as it is, {} would be right: {}", file, wanted, e.toString());
        }
    }

    /// In a network namespace of its own the limit belongs to the host, and is usually higher.
    private static boolean isEnough(Sysctl sysctl, String name, long wanted) {
        try {
            return name.equals("max") && sysctl.readNumber(PREFIX + name) >= wanted;
        } catch (IOException _) {
            return false;
        }
    }
}
