package dev.swivel.linux;

import java.net.Inet4Address;
import java.net.InetAddress;

/// An IP address family with the numbers the kernel knows it by.
public enum IpFamily {
    IPV4(2, 4),
    IPV6(10, 16);

    private final int addressFamily;
    private final int addressBytes;

    IpFamily(int addressFamily, int addressBytes) {
        this.addressFamily = addressFamily;
        this.addressBytes = addressBytes;
    }

    /// `AF_INET` (2) or `AF_INET6` (10). Netfilter's `NFPROTO_IPV4` and `NFPROTO_IPV6` are the same
    /// numbers.
    public int addressFamily() {
        return addressFamily;
    }

    /// Length of an address in bytes: 4 or 16.
    public int addressBytes() {
        return addressBytes;
    }

    /// Longest prefix: 32 or 128.
    public int maxPrefix() {
        return addressBytes * 8;
    }

    /// The family of an address. Java turns IPv4-mapped IPv6 addresses into IPv4 ones by itself.
    public static IpFamily of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }
}
