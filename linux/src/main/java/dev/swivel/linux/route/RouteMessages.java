package dev.swivel.linux.route;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.netlink.Attributes;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkReply;

/// Requests and answers about local routes, as `ip route add local RANGE dev lo` makes them.
final class RouteMessages {
    // linux/rtnetlink.h
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RT_TABLE_LOCAL = 255;
    private static final int RTPROT_BOOT = 3;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_HOST = 254;
    private static final int RTN_LOCAL = 2;
    private static final int RTM_F_FIB_MATCH = 0x2000;

    private static final int LOOPBACK = 1; // the kernel makes it first in every namespace
    private static final int RTMSG_BYTES = 12;

    private RouteMessages() {}

    static NetlinkMessage add(LocalRange range) {
        return route("add", RTM_NEWROUTE, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, range)
                .u32(RTA_OIF, LOOPBACK);
    }

    static NetlinkMessage delete(LocalRange range) {
        return route("delete", RTM_DELROUTE, 0, range).u32(RTA_OIF, LOOPBACK);
    }

    private static NetlinkMessage route(String verb, int type, int flags, LocalRange range) {
        IpFamily family = IpFamily.of(range.address());
        return new NetlinkMessage(verb + " local route " + range, type, flags)
                .header(family.addressFamily(), range.prefix(), 0, 0)
                .header(
                        RT_TABLE_LOCAL,
                        RTPROT_BOOT,
                        family == IpFamily.IPV4 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE,
                        RTN_LOCAL)
                .headerInt(0)
                .address(RTA_DST, range.address());
    }

    /// Asks for the route that the first address of the range takes.
    static NetlinkMessage get(LocalRange range) {
        IpFamily family = IpFamily.of(range.address());
        return new NetlinkMessage("get route to " + range, RTM_GETROUTE, 0)
                .header(family.addressFamily(), family.maxPrefix(), 0, 0)
                .header(0, 0, 0, 0)
                .headerInt(RTM_F_FIB_MATCH)
                .address(RTA_DST, range.address());
    }

    static boolean isRoute(NetlinkReply reply, LocalRange range) {
        Attributes route = reply.attributes(RTMSG_BYTES);
        return reply.type() == RTM_NEWROUTE
                && Byte.toUnsignedInt(reply.payload().get(7)) == RTN_LOCAL
                && Byte.toUnsignedInt(reply.payload().get(1)) == range.prefix()
                && route.has(RTA_DST)
                && route.address(RTA_DST).equals(range.address());
    }
}
