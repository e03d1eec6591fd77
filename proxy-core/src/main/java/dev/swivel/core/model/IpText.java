package dev.swivel.core.model;

import java.util.Optional;

/// Text of IP addresses: reads leniently (spec 3.1), writes canonically (RFC 5952).
final class IpText {
    private IpText() {}

    static Optional<IpAddress> parse(String text) {
        return text.indexOf(':') < 0 ? parseV4(text) : parseV6(text);
    }

    private static Optional<IpAddress> parseV4(String text) {
        long value = v4Bits(text);
        return value < 0 ? Optional.empty() : Optional.of(new IpAddress(IpFamily.IPV4, 0, value));
    }

    /// The 32 bits of dotted decimal text, or -1.
    private static long v4Bits(String text) {
        long value = 0;
        int octets = 0;
        int octet = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c >= '0' && c <= '9') {
                octet = Math.max(octet, 0) * 10 + (c - '0');
                if (octet > 255) {
                    return -1;
                }
            } else if (c == '.' && octet >= 0 && octets < 4) {
                value = value << 8 | octet;
                octets++;
                octet = -1;
            } else {
                return -1;
            }
        }
        return octets == 4 ? value : -1;
    }

    private static Optional<IpAddress> parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return Optional.empty();
        }
        int[] head = gap < 0 ? groups(text, true) : groups(text.substring(0, gap), false);
        int[] tail = gap < 0 ? new int[0] : groups(text.substring(gap + 2), true);
        if (gap < 0 ? head.length != 8 || tail.length != 0 : head.length + tail.length > 7) {
            return Optional.empty();
        }
        int[] all = new int[8];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(tail, 0, all, 8 - tail.length, tail.length);
        long high = word(all, 0);
        long low = word(all, 4);
        if (high == 0 && (low >>> 32) == 0xffff) {
            return Optional.of(new IpAddress(IpFamily.IPV4, 0, low & 0xffffffffL));
        }
        return Optional.of(new IpAddress(IpFamily.IPV6, high, low));
    }

    private static final int[] BAD = new int[9];

    /// The 16-bit groups of one side of `::`; [#BAD], which is too long for any address, if it is
    /// malformed.
    private static int[] groups(String text, boolean last) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] parts = text.split(":", -1);
        boolean endsV4 = last && parts[parts.length - 1].indexOf('.') >= 0;
        int[] groups = new int[parts.length + (endsV4 ? 1 : 0)];
        for (int i = 0; i < parts.length; i++) {
            if (endsV4 && i == parts.length - 1) {
                long v4 = v4Bits(parts[i]);
                if (v4 < 0) {
                    return BAD;
                }
                groups[i] = (int) (v4 >>> 16);
                groups[i + 1] = (int) (v4 & 0xffff);
            } else {
                groups[i] = group(parts[i]);
                if (groups[i] < 0) {
                    return BAD;
                }
            }
        }
        return groups.length > 8 ? BAD : groups;
    }

    private static int group(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static long word(int[] groups, int from) {
        return (long) groups[from] << 48
                | (long) groups[from + 1] << 32
                | (long) groups[from + 2] << 16
                | groups[from + 3];
    }

    static String format(IpAddress address) {
        return address.family() == IpFamily.IPV4 ? formatV4(address.low()) : formatV6(address);
    }

    private static String formatV4(long bits) {
        return (bits >>> 24)
                + "."
                + (bits >>> 16 & 255)
                + "."
                + (bits >>> 8 & 255)
                + "."
                + (bits & 255);
    }

    private static String formatV6(IpAddress address) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            long word = i < 4 ? address.high() : address.low();
            groups[i] = (int) (word >>> (48 - 16 * (i % 4))) & 0xffff;
        }
        int gapStart = -1;
        int gapLength = 1; // a single zero group is written out (RFC 5952, 4.2.2)
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && groups[i + length] == 0) {
                length++;
            }
            if (length > gapLength) {
                gapStart = i;
                gapLength = length;
            }
            i += length;
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
