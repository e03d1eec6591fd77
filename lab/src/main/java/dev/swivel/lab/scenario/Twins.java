package dev.swivel.lab.scenario;

import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import java.util.Map;

/// The IPv6 address that stands for an IPv4 address when a scenario is played in IPv6: the last
/// part looks alike, `192.168.1.12` is `fd00:192:168:1::12`.
public final class Twins {
    private static final Map<String, String> RANGES =
            Map.of(
                    "0.0.0.0/0", "::/0",
                    "0.0.0.0/1", "::/1",
                    "128.0.0.0/1", "8000::/1",
                    "127.0.0.0/8", "::1/128",
                    "192.168.0.0/16", "fd00:192:168::/48",
                    "10.128.0.0/24", "fd00:10:128::/64",
                    "10.130.0.0/24", "fd00:10:130::/64",
                    "203.0.113.0/24", "2001:db8:113::/64");

    private Twins() {}

    /// @throws ScenarioException if the address is in none of the ranges that have twins
    public static IpAddress of(IpAddress ipv4) {
        String text = ipv4.toString();
        String[] part = text.split("\\.", -1);
        if (ipv4.family() != IpFamily.IPV4) {
            throw new ScenarioException(text + " is not an IPv4 address");
        }
        String last = part[3];
        String twin =
                switch (part[0] + "." + part[1]) {
                    case "192.168" -> "fd00:192:168:" + part[2] + "::" + last;
                    case "10.128" -> "fd00:10:128::" + last;
                    case "10.130" -> "fd00:10:130::" + last;
                    case "10.96" -> clusterIp(part);
                    case "203.0" -> "2001:db8:113::" + last;
                    case "198.51" -> "2001:db8:100::" + last;
                    case "127.0" -> "::1";
                    default ->
                            throw new ScenarioException(
                                    text
                                            + " has no IPv6 twin: use an address of the cast, or"
                                            + " play the scenario in IPv4 only (families: [IPv4])");
                };
        return IpAddress.of(twin);
    }

    /// The range of IPv6 ClusterIPs has 16 bits to number hosts.
    private static String clusterIp(String[] part) {
        if (!part[2].equals("0")) {
            throw new ScenarioException("a ClusterIP with a twin is in 10.96.0.0/24");
        }
        return "fd00:10:96::" + part[3];
    }

    /// The twin of a range in CIDR form.
    public static String ofRange(String ipv4) {
        int slash = ipv4.indexOf('/');
        String known = RANGES.get(ipv4);
        if (known != null) {
            return known;
        }
        if (ipv4.endsWith("/32")) {
            return of(IpAddress.of(ipv4.substring(0, slash))) + "/128";
        }
        if (ipv4.startsWith("192.168.") && ipv4.endsWith(".0/24")) {
            return "fd00:192:168:" + ipv4.split("\\.", -1)[2] + "::/64";
        }
        throw new ScenarioException(ipv4 + " has no IPv6 twin; known are " + RANGES.keySet());
    }
}
