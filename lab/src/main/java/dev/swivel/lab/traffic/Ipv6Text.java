package dev.swivel.lab.traffic;

import java.net.Inet6Address;
import java.nio.ByteBuffer;

/// IPv6 addresses in the form of RFC 5952, as `ip` and `iptables` print them. The JDK prints all
/// eight groups, which nobody recognises in a report.
final class Ipv6Text {
    private static final int GROUPS = 8;

    private Ipv6Text() {}

    static String shortest(Inet6Address address) {
        var groups = new int[GROUPS];
        var bytes = ByteBuffer.wrap(address.getAddress());
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = Short.toUnsignedInt(bytes.getShort());
        }
        int start = 0;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            int run = zerosFrom(groups, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        if (length < 2) { // a single zero group is not shortened
            return joined(groups, 0, GROUPS);
        }
        return joined(groups, 0, start) + "::" + joined(groups, start + length, GROUPS);
    }

    private static int zerosFrom(int[] groups, int start) {
        int end = start;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - start;
    }

    private static String joined(int[] groups, int from, int to) {
        var text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
