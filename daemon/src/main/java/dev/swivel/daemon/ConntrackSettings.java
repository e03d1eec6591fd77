package dev.swivel.daemon;

import dev.swivel.core.config.ProxyConfig;
import dev.swivel.linux.sysctl.Sysctl;
import java.io.IOException;
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

    static void apply(ProxyConfig.Conntrack wanted, Sysctl sysctl) {
        if (wanted.maxPerCore() > 0) {
            write(sysctl, "max", max(wanted, Runtime.getRuntime().availableProcessors()));
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

    private static void write(Sysctl sysctl, String name, long value) {
        try {
            if (sysctl.write(PREFIX + name, value)) {
                log.info("set {} to {}", PREFIX + name, value);
            }
        } catch (IOException e) {
            if (isEnough(sysctl, name, value)) {
                log.debug("{} stays above what is asked for: {}", PREFIX + name, e.getMessage());
            } else {
                log.warn("{} stays as it is: {}", PREFIX + name, e.getMessage());
            }
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
