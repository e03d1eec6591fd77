package dev.swivel.linux.netlink;

/// Numbers of linux/netlink.h and linux/netfilter/nfnetlink.h.
public final class Netlink {
    public static final int NETLINK_ROUTE = 0;
    public static final int NETLINK_NETFILTER = 12;
    public static final int NETLINK_GENERIC = 16;

    public static final int NLM_F_REQUEST = 0x1;
    public static final int NLM_F_MULTI = 0x2;
    public static final int NLM_F_ACK = 0x4;
    public static final int NLM_F_DUMP_INTR = 0x10;
    public static final int NLM_F_REPLACE = 0x100;
    public static final int NLM_F_EXCL = 0x200;
    public static final int NLM_F_CREATE = 0x400;
    public static final int NLM_F_APPEND = 0x800;
    public static final int NLM_F_DUMP = 0x300;

    /// Attribute type flag: the payload is attributes.
    public static final int NLA_F_NESTED = 0x8000;

    /// Attribute type flag: the payload is in network byte order. Most protocols just know.
    public static final int NLA_F_NET_BYTEORDER = 0x4000;

    public static final int NFNL_SUBSYS_CTNETLINK = 1;
    public static final int NFNL_SUBSYS_IPSET = 6;
    public static final int NFNL_SUBSYS_ACCT = 7;
    public static final int NFNL_SUBSYS_NFTABLES = 10;

    static final int NLA_TYPE_MASK = 0x3fff;
    static final int NLMSG_NOOP = 1;
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    static final int NLM_F_CAPPED = 0x100;
    static final int NLM_F_ACK_TLVS = 0x200;
    static final int HEADER_BYTES = 16;

    /// Length of the header that follows the netlink header in every nfnetlink message.
    public static final int NFGENMSG_BYTES = 4;

    private Netlink() {}

    /// Rounds up to netlink's alignment of 4 bytes.
    static int align(int length) {
        return length + 3 & ~3;
    }
}
