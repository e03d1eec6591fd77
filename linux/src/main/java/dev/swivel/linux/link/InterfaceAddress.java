package dev.swivel.linux.link;

import dev.swivel.linux.IpFamily;
import java.net.InetAddress;

/// An address of an interface.
///
/// @param interfaceIndex the kernel's number of the interface
/// @param interfaceName such as `eth0`
/// @param prefix length of the prefix of the network that is reached directly
/// @param scope how far the address is valid: 0 everywhere, 253 on the link, 254 on this host
/// @param flags `IFA_F_*` bits of linux/if_addr.h
public record InterfaceAddress(
        int interfaceIndex,
        String interfaceName,
        InetAddress address,
        int prefix,
        int scope,
        int flags) {
    private static final int SCOPE_LINK = 253;
    private static final int SCOPE_HOST = 254;
    private static final int SECONDARY = 0x01;
    private static final int TENTATIVE = 0x40;

    public IpFamily family() {
        return IpFamily.of(address);
    }

    /// Valid beyond its link.
    public boolean isGlobal() {
        return scope < SCOPE_LINK;
    }

    /// Valid on this host only, as loopback addresses are.
    public boolean isHostOnly() {
        return scope == SCOPE_HOST;
    }

    /// Not the first of its network on the interface (IPv4), or a temporary one (IPv6).
    public boolean isSecondary() {
        return (flags & SECONDARY) != 0;
    }

    /// Still being checked for duplicates: not usable yet.
    public boolean isTentative() {
        return (flags & TENTATIVE) != 0;
    }
}
