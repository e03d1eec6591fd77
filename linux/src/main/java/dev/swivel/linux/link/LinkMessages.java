package dev.swivel.linux.link;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.netlink.Attributes;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkReply;
import java.nio.charset.StandardCharsets;

/// Requests and answers about interfaces and their addresses, as the `ip` program makes them.
final class LinkMessages {
    // linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_F_NODAD = 0x02;

    private static final int IFINFOMSG_BYTES = 16;
    private static final int LONGEST_NAME = 15;
    private static final int NEW = Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;

    private LinkMessages() {}

    static NetlinkMessage create(String name, String kind) {
        return header("create " + kind + " interface " + name, RTM_NEWLINK, NEW)
                .string(IFLA_IFNAME, checkName(name))
                .nest(IFLA_LINKINFO, info -> info.string(IFLA_INFO_KIND, kind));
    }

    static NetlinkMessage delete(String name) {
        return header("delete interface " + name, RTM_DELLINK, 0)
                .string(IFLA_IFNAME, checkName(name));
    }

    static NetlinkMessage get(String name) {
        return header("get interface " + name, RTM_GETLINK, 0).string(IFLA_IFNAME, checkName(name));
    }

    static NetlinkMessage list() {
        return header("list interfaces", RTM_GETLINK, 0);
    }

    private static NetlinkMessage header(String what, int type, int flags) {
        return new NetlinkMessage(what, type, flags)
                .header(0, 0, 0, 0)
                .headerInt(0)
                .headerInt(0)
                .headerInt(0);
    }

    static Link link(NetlinkReply reply) {
        Attributes link = reply.attributes(IFINFOMSG_BYTES);
        return new Link(
                reply.payload().getInt(4),
                link.string(IFLA_IFNAME),
                link.has(IFLA_LINKINFO) ? kind(link.nested(IFLA_LINKINFO)) : "",
                reply.payload().getInt(8));
    }

    private static String kind(Attributes info) {
        return info.has(IFLA_INFO_KIND) ? info.string(IFLA_INFO_KIND) : "";
    }

    static NetlinkMessage change(AddressChange change) {
        return switch (change) {
            case AddressChange.Add _ -> address(change, RTM_NEWADDR, NEW);
            case AddressChange.Delete _ -> address(change, RTM_DELADDR, 0);
        };
    }

    private static NetlinkMessage address(AddressChange change, int type, int messageFlags) {
        IpFamily family = IpFamily.of(change.address());
        boolean unchecked = type == RTM_NEWADDR && family == IpFamily.IPV6;
        return new NetlinkMessage("change addresses", type, messageFlags)
                .header(family.addressFamily(), change.prefix(), unchecked ? IFA_F_NODAD : 0, 0)
                .headerInt(change.interfaceIndex())
                .address(IFA_LOCAL, change.address())
                .address(IFA_ADDRESS, change.address());
    }

    /// As the kernel's `dev_valid_name`.
    static String checkName(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1
                || length > LONGEST_NAME
                || name.equals(".")
                || name.equals("..")
                || !name.matches("[^/:\\s]+")) {
            throw new IllegalArgumentException(
                    "interface name: '" + name + "' (expected: 1 to 15 characters, no '/', ':')");
        }
        return name;
    }
}
