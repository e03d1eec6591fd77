package dev.swivel.linux.link;

/// A network interface.
///
/// @param index the kernel's number of it
/// @param kind such as `dummy` or `veth`; empty for hardware and loopback
/// @param flags `IFF_*` bits of linux/if.h
public record Link(int index, String name, String kind, int flags) {
    private static final int UP = 0x1;
    private static final int LOOPBACK = 0x8;
    private static final int NO_ARP = 0x80;

    /// Switched on by an administrator.
    public boolean isUp() {
        return (flags & UP) != 0;
    }

    public boolean isLoopback() {
        return (flags & LOOPBACK) != 0;
    }

    /// Does not answer for its addresses on the wire, and checks none for duplicates.
    public boolean isNoArp() {
        return (flags & NO_ARP) != 0;
    }

    public boolean isDummy() {
        return kind.equals("dummy");
    }
}
