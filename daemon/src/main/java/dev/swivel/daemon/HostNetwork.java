package dev.swivel.daemon;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.linux.link.InterfaceAddresses;
import dev.swivel.linux.sysctl.Sysctl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What this machine's network looks like to the daemon.
final class HostNetwork {
    private HostNetwork() {}

    /// The operating system's host name, as node names are written.
    static String hostName() throws IOException {
        try {
            return Sysctl.system().read("kernel.hostname").toLowerCase(Locale.ROOT);
        } catch (IOException e) {
            try {
                return InetAddress.getLocalHost().getHostName().strip().toLowerCase(Locale.ROOT);
            } catch (UnknownHostException _) {
                throw e;
            }
        }
    }

    /// IPv4, and IPv6 unless the kernel has it not or turned off (spec 1.4).
    static Set<IpFamily> families() {
        Set<IpFamily> families = EnumSet.of(IpFamily.IPV4);
        if (Files.exists(Path.of("/proc/net/if_inet6")) && !ipv6Disabled()) {
            families.add(IpFamily.IPV6);
        }
        return families;
    }

    private static boolean ipv6Disabled() {
        try {
            return Sysctl.system().read("net.ipv6.conf.all.disable_ipv6").equals("1");
        } catch (IOException _) {
            return false;
        }
    }

    /// The interface that carries the services' addresses in mode `ipvs`, of ours or of kube-proxy.
    static final String OF_SERVICES = "kube-ipvs0";

    /// Every address that the interfaces carry, without IPv6 link-local ones and those of services.
    static List<IpAddress> addresses() throws IOException {
        return InterfaceAddresses.list().stream()
                .filter(found -> !found.interfaceName().equals(OF_SERVICES))
                .map(found -> IpAddress.of(found.address()))
                .filter(ip -> !ip.isLinkLocalV6())
                .sorted()
                .distinct()
                .toList();
    }
}
