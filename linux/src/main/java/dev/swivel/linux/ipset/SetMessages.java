package dev.swivel.linux.ipset;

import static dev.swivel.linux.netlink.Netlink.NLA_F_NET_BYTEORDER;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.libc.Libc;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkMessage;
import java.net.InetAddress;
import java.time.Duration;

/// Requests of the ipset protocol, attributes in the order the `ipset` program sends them.
final class SetMessages {
    static final int CMD_PROTOCOL = 1;
    static final int CMD_CREATE = 2;
    static final int CMD_DESTROY = 3;
    static final int CMD_FLUSH = 4;
    static final int CMD_SWAP = 6;
    static final int CMD_LIST = 7;
    static final int CMD_ADD = 9;
    static final int CMD_DEL = 10;
    static final int CMD_HEADER = 12;
    static final int CMD_TYPE = 13;

    static final int ATTR_PROTOCOL = 1;
    static final int ATTR_SETNAME = 2;
    static final int ATTR_TYPENAME = 3;
    static final int ATTR_SETNAME2 = 3;
    static final int ATTR_REVISION = 4;
    static final int ATTR_FAMILY = 5;
    static final int ATTR_FLAGS = 6;
    static final int ATTR_DATA = 7;
    static final int ATTR_ADT = 8;
    static final int ATTR_PROTOCOL_MIN = 10;

    static final int DATA_IP = 1;
    static final int DATA_CIDR = 3;
    static final int DATA_PORT = 4;
    static final int DATA_PORT_TO = 5;
    static final int DATA_TIMEOUT = 6;
    static final int DATA_PROTO = 7;
    static final int DATA_FLAGS = 8;
    static final int DATA_HASHSIZE = 18;
    static final int DATA_MAXELEM = 19;
    static final int DATA_ELEMENTS = 24;
    static final int DATA_REFERENCES = 25;
    static final int DATA_IP2 = 20;
    static final int DATA_CIDR2 = 21;

    static final int DATA_SKBMARK = 27;

    /// The set's elements may carry packet marks.
    static final int FLAG_WITH_SKBINFO = 1 << 6;

    static final int IPADDR_IPV4 = 1;
    static final int IPADDR_IPV6 = 2;

    private static final int FLAG_LIST_HEADER = 1 << 2;

    /// The version this package speaks: since Linux 4.19. The kernel takes 6 as well.
    static final int PROTOCOL = 7;

    private SetMessages() {}

    static NetlinkMessage protocol() {
        return message("ask for the protocol version", CMD_PROTOCOL, 0);
    }

    static NetlinkMessage type(SetType type, int family) {
        return message("ask for set type " + type.kernelName(), CMD_TYPE, 0)
                .string(ATTR_TYPENAME, type.kernelName())
                .u8(ATTR_FAMILY, family);
    }

    static NetlinkMessage create(SetSpec spec, int revision, boolean strict) {
        int flags = Netlink.NLM_F_CREATE | (strict ? Netlink.NLM_F_EXCL : 0);
        return message("create set " + spec.name(), CMD_CREATE, flags)
                .string(ATTR_SETNAME, spec.name())
                .string(ATTR_TYPENAME, spec.type().kernelName())
                .u8(ATTR_REVISION, revision)
                .u8(ATTR_FAMILY, family(spec))
                .nest(ATTR_DATA, data -> options(data, spec));
    }

    /// The family in a set's header: none for types without addresses.
    static int family(SetSpec spec) {
        return spec.type().isHash() ? spec.family().addressFamily() : 0;
    }

    private static void options(NetlinkMessage data, SetSpec spec) {
        if (!spec.type().isHash()) {
            data.u16be(DATA_PORT | NLA_F_NET_BYTEORDER, spec.firstPort())
                    .u16be(DATA_PORT_TO | NLA_F_NET_BYTEORDER, spec.lastPort());
        }
        spec.timeout().ifPresent(t -> timeout(data, t));
        if (spec.type().isHash()) {
            data.u32be(DATA_HASHSIZE | NLA_F_NET_BYTEORDER, spec.hashSize())
                    .u32be(DATA_MAXELEM | NLA_F_NET_BYTEORDER, spec.maxElements());
        }
        if (spec.withMarks()) {
            data.u32be(DATA_FLAGS | NLA_F_NET_BYTEORDER, FLAG_WITH_SKBINFO);
        }
    }

    static NetlinkMessage named(String what, int command, String set) {
        return message(what + " " + set, command, 0).string(ATTR_SETNAME, SetSpec.checkName(set));
    }

    static NetlinkMessage swap(String one, String other) {
        return named("swap set " + other + " with set", CMD_SWAP, one)
                .string(ATTR_SETNAME2, SetSpec.checkName(other));
    }

    static NetlinkMessage listHeaders() {
        return message("list sets", CMD_LIST, 0)
                .u32be(ATTR_FLAGS | NLA_F_NET_BYTEORDER, FLAG_LIST_HEADER);
    }

    static NetlinkMessage listHeader(String set) {
        return named("list set", CMD_LIST, set)
                .u32be(ATTR_FLAGS | NLA_F_NET_BYTEORDER, FLAG_LIST_HEADER);
    }

    static NetlinkMessage change(SetChange change) {
        int command = change instanceof SetChange.Add ? CMD_ADD : CMD_DEL;
        return message("change set", command, change.strict() ? Netlink.NLM_F_EXCL : 0)
                .string(ATTR_SETNAME, change.set())
                .nest(
                        ATTR_DATA,
                        data -> {
                            element(data, change);
                            mark(data, change);
                        });
    }

    private static void element(NetlinkMessage data, SetChange change) {
        switch (change.element()) {
            case SetElement.Ip(var ip) -> {
                ip(data, DATA_IP, ip);
                lifetime(data, change);
            }
            case SetElement.IpPort(var ip, int protocol, int port) -> {
                ip(data, DATA_IP, ip);
                port(data, change, protocol, port);
            }
            case SetElement.IpPortIp(var ip, int protocol, int port, var ip2) -> {
                ip(data, DATA_IP, ip);
                port(data, change, protocol, port);
                ip(data, DATA_IP2, ip2);
            }
            case SetElement.IpPortNet(var ip, int protocol, int port, var net, int prefix) -> {
                ip(data, DATA_IP, ip);
                port(data, change, protocol, port);
                ip(data, DATA_IP2, net);
                data.u8(DATA_CIDR2, prefix);
            }
            case SetElement.Net(var net, int prefix) -> {
                ip(data, DATA_IP, net);
                data.u8(DATA_CIDR, prefix);
                lifetime(data, change);
            }
            case SetElement.NetPort(var net, int prefix, int protocol, int port) -> {
                ip(data, DATA_IP, net);
                data.u8(DATA_CIDR, prefix);
                port(data, change, protocol, port);
            }
            case SetElement.Port(int port) -> {
                data.u16be(DATA_PORT | NLA_F_NET_BYTEORDER, port);
                lifetime(data, change);
            }
        }
    }

    private static void ip(NetlinkMessage data, int type, InetAddress ip) {
        int kind = IpFamily.of(ip) == IpFamily.IPV4 ? IPADDR_IPV4 : IPADDR_IPV6;
        data.nest(type, nest -> nest.address(kind | NLA_F_NET_BYTEORDER, ip));
    }

    private static void port(NetlinkMessage data, SetChange change, int protocol, int port) {
        data.u16be(DATA_PORT | NLA_F_NET_BYTEORDER, port);
        lifetime(data, change);
        data.u8(DATA_PROTO, protocol);
    }

    private static void lifetime(NetlinkMessage data, SetChange change) {
        if (change instanceof SetChange.Add add) {
            add.timeout().ifPresent(t -> timeout(data, t));
        }
    }

    private static void mark(NetlinkMessage data, SetChange change) {
        if (change instanceof SetChange.Add add) {
            add.mark()
                    .ifPresent(mark -> data.u64be(DATA_SKBMARK | NLA_F_NET_BYTEORDER, mark.wire()));
        }
    }

    private static void timeout(NetlinkMessage data, Duration timeout) {
        data.u32be(DATA_TIMEOUT | NLA_F_NET_BYTEORDER, Math.toIntExact(timeout.toSeconds()));
    }

    private static NetlinkMessage message(String what, int command, int flags) {
        return NetlinkMessage.netfilter(
                        what, Netlink.NFNL_SUBSYS_IPSET, command, flags, Libc.AF_INET)
                .u8(ATTR_PROTOCOL, PROTOCOL);
    }
}
