package dev.swivel.linux.conntrack;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.netlink.Attributes;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkReply;
import java.net.InetAddress;
import java.util.Optional;

/// Requests and answers of ctnetlink.
final class FlowMessages {
    private static final int MSG_NEW = 0;
    private static final int MSG_GET = 1;
    private static final int MSG_DELETE = 2;

    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_STATUS = 3;
    private static final int CTA_PROTOINFO = 4;
    private static final int CTA_NAT_SRC = 6;
    private static final int CTA_TIMEOUT = 7;
    private static final int CTA_MARK = 8;
    private static final int CTA_ID = 12;
    private static final int CTA_ZONE = 18;
    private static final int CTA_FILTER = 25;

    private static final int TUPLE_IP = 1;
    private static final int TUPLE_PROTO = 2;
    private static final int V4_SRC = 1;
    private static final int V4_DST = 2;
    private static final int V6_SRC = 3;
    private static final int V6_DST = 4;
    private static final int PROTO_NUM = 1;
    private static final int PROTO_SRC_PORT = 2;
    private static final int PROTO_DST_PORT = 3;

    private static final int PROTOINFO_TCP = 1;
    private static final int PROTOINFO_TCP_STATE = 1;

    private static final int NAT_V4_MINIP = 1;
    private static final int NAT_PROTO = 3;
    private static final int NAT_V6_MINIP = 4;
    private static final int PROTONAT_PORT_MIN = 1;

    // linux/netfilter/nf_conntrack_common.h: an entry with a fixed timeout is not prolonged by
    // packets; one that is not assured is dropped early when the table is full
    private static final int IPS_ASSURED = 1 << 2;
    private static final int IPS_CONFIRMED = 1 << 3;
    private static final int IPS_FIXED_TIMEOUT = 1 << 10;

    private static final int FILTER_ORIG_FLAGS = 1;
    private static final int FILTER_REPLY_FLAGS = 2;

    // net/netfilter/nf_internals.h
    private static final int F_IP_SRC = 1;
    private static final int F_IP_DST = 1 << 1;
    private static final int F_PROTO_NUM = 1 << 3;
    private static final int F_PROTO_DST_PORT = 1 << 5;

    private FlowMessages() {}

    /// A dump of what the filter matches, or of more: kernels before 5.8 do not know filters and
    /// give the whole family. IPv6 addresses are left out, since the kernel's comparison of them is
    /// the wrong way round (ctnetlink_filter_match_tuple gives all but the address asked for, seen
    /// up to 6.18).
    static NetlinkMessage get(FlowFilter filter) {
        NetlinkMessage message = getAll(filter.family());
        if (origFlags(filter) == 0 && replyFlags(filter) == 0) {
            return message;
        }
        message.nest(
                CTA_FILTER,
                f ->
                        f.u32(FILTER_ORIG_FLAGS, origFlags(filter))
                                .u32(FILTER_REPLY_FLAGS, replyFlags(filter)));
        if (origFlags(filter) != 0) {
            message.nest(CTA_TUPLE_ORIG, tuple -> original(tuple, filter));
        }
        kernelFiltered(filter, filter.replySource())
                .ifPresent(source ->
                        message.nest(
                                CTA_TUPLE_REPLY,
                                tuple -> addresses(tuple, source, Optional.empty())));
        return message;
    }

    static NetlinkMessage getAll(IpFamily family) {
        return NetlinkMessage.netfilter(
                "list " + family + " flows",
                Netlink.NFNL_SUBSYS_CTNETLINK,
                MSG_GET,
                0,
                family.addressFamily());
    }

    private static int origFlags(FlowFilter filter) {
        return (kernelFiltered(filter, filter.originalDestination()).isPresent() ? F_IP_DST : 0)
                | (filter.protocol().isPresent() ? F_PROTO_NUM : 0)
                | (filter.originalPort().isPresent() ? F_PROTO_DST_PORT : 0);
    }

    private static int replyFlags(FlowFilter filter) {
        return kernelFiltered(filter, filter.replySource()).isPresent() ? F_IP_SRC : 0;
    }

    private static Optional<InetAddress> kernelFiltered(
            FlowFilter filter, Optional<InetAddress> address) {
        return filter.family() == IpFamily.IPV4 ? address : Optional.empty();
    }

    /// The kernel wants both nests, though one may be of no interest to it.
    private static void original(NetlinkMessage tuple, FlowFilter filter) {
        tuple.nest(
                TUPLE_IP,
                ip ->
                        kernelFiltered(filter, filter.originalDestination())
                                .ifPresent(a -> ip.address(destinationType(a), a)));
        tuple.nest(
                TUPLE_PROTO,
                proto -> {
                    filter.protocol().ifPresent(n -> proto.u8(PROTO_NUM, n));
                    filter.originalPort().ifPresent(p -> proto.u16be(PROTO_DST_PORT, p));
                });
    }

    private static void addresses(
            NetlinkMessage tuple, InetAddress source, Optional<InetAddress> destination) {
        tuple.nest(
                TUPLE_IP,
                ip -> {
                    ip.address(sourceType(source), source);
                    destination.ifPresent(d -> ip.address(destinationType(d), d));
                });
    }

    private static int sourceType(InetAddress address) {
        return IpFamily.of(address) == IpFamily.IPV4 ? V4_SRC : V6_SRC;
    }

    private static int destinationType(InetAddress address) {
        return IpFamily.of(address) == IpFamily.IPV4 ? V4_DST : V6_DST;
    }

    /// Asks for the entry that has the tuple in one of its directions.
    static NetlinkMessage find(int protocol, Tuple tuple) {
        return flow("find", MSG_GET, 0, protocol, tuple)
                .nest(CTA_TUPLE_ORIG, each -> tuple(each, protocol, tuple));
    }

    /// Makes the entry of a flow to come.
    static NetlinkMessage insert(TranslatedFlow flow) {
        Tuple original = flow.original();
        NetlinkMessage message =
                flow(
                                "make",
                                MSG_NEW,
                                Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL,
                                flow.protocol(),
                                original)
                        .nest(CTA_TUPLE_ORIG, each -> tuple(each, flow.protocol(), original))
                        .nest(
                                CTA_TUPLE_REPLY,
                                each -> tuple(each, flow.protocol(), original.reversed()))
                        .nest(CTA_NAT_SRC, nat -> source(nat, flow))
                        .u32be(CTA_TIMEOUT, Math.toIntExact(flow.timeout().toSeconds()));
        return flow.prolonged()
                ? message
                : message.u32be(CTA_STATUS, IPS_CONFIRMED | IPS_ASSURED | IPS_FIXED_TIMEOUT);
    }

    private static void source(NetlinkMessage nat, TranslatedFlow flow) {
        boolean v4 = IpFamily.of(flow.source()) == IpFamily.IPV4;
        nat.address(v4 ? NAT_V4_MINIP : NAT_V6_MINIP, flow.source());
        flow.sourcePort()
                .ifPresent(
                        port -> nat.nest(NAT_PROTO, range -> range.u16be(PROTONAT_PORT_MIN, port)));
    }

    /// Deletes whatever entry has the tuple.
    static NetlinkMessage delete(int protocol, Tuple tuple) {
        return flow("delete", MSG_DELETE, 0, protocol, tuple)
                .nest(CTA_TUPLE_ORIG, each -> tuple(each, protocol, tuple));
    }

    /// Becomes text only when it fails: some are sent for each connection.
    private record Request(String verb, int protocol, Tuple tuple) {
        @Override
        public String toString() {
            return verb + " flow " + protocol + " " + tuple;
        }
    }

    private static NetlinkMessage flow(
            String verb, int command, int flags, int protocol, Tuple tuple) {
        return NetlinkMessage.netfilter(
                new Request(verb, protocol, tuple),
                Netlink.NFNL_SUBSYS_CTNETLINK,
                command,
                flags,
                IpFamily.of(tuple.source()).addressFamily());
    }

    private static void tuple(NetlinkMessage message, int protocol, Tuple tuple) {
        addresses(message, tuple.source(), Optional.of(tuple.destination()));
        ports(message, protocol, tuple);
    }

    /// Deletes by the original tuple, and only if the kernel's number for the entry still fits. A
    /// delete request without a tuple would empty the table.
    static NetlinkMessage delete(Flow flow) {
        Tuple original = flow.original();
        NetlinkMessage message = delete(flow.protocol(), original).u32be(CTA_ID, flow.id());
        return flow.zone() == 0 ? message : message.u16be(CTA_ZONE, flow.zone());
    }

    private static void ports(NetlinkMessage message, int protocol, Tuple tuple) {
        message.nest(
                TUPLE_PROTO,
                proto ->
                        proto.u8(PROTO_NUM, protocol)
                                .u16be(PROTO_SRC_PORT, tuple.sourcePort())
                                .u16be(PROTO_DST_PORT, tuple.destinationPort()));
    }

    static Flow flow(NetlinkReply reply) {
        Attributes flow = reply.attributes(Netlink.NFGENMSG_BYTES);
        Attributes original = flow.nested(CTA_TUPLE_ORIG);
        return new Flow(
                original.nested(TUPLE_PROTO).u8(PROTO_NUM),
                tuple(original),
                tuple(flow.nested(CTA_TUPLE_REPLY)),
                number(flow, CTA_STATUS),
                number(flow, CTA_MARK),
                flow.has(CTA_ZONE) ? flow.u16be(CTA_ZONE) : 0,
                number(flow, CTA_ID),
                tcpState(flow));
    }

    private static int tcpState(Attributes flow) {
        if (!flow.has(CTA_PROTOINFO)) {
            return 0;
        }
        Attributes info = flow.nested(CTA_PROTOINFO);
        return info.has(PROTOINFO_TCP) ? info.nested(PROTOINFO_TCP).u8(PROTOINFO_TCP_STATE) : 0;
    }

    private static int number(Attributes flow, int type) {
        return flow.has(type) ? flow.u32be(type) : 0;
    }

    private static Tuple tuple(Attributes tuple) {
        Attributes ip = tuple.nested(TUPLE_IP);
        Attributes proto = tuple.nested(TUPLE_PROTO);
        return new Tuple(
                ip.address(ip.has(V4_SRC) ? V4_SRC : V6_SRC),
                port(proto, PROTO_SRC_PORT),
                ip.address(ip.has(V4_DST) ? V4_DST : V6_DST),
                port(proto, PROTO_DST_PORT));
    }

    private static int port(Attributes proto, int type) {
        return proto.has(type) ? proto.u16be(type) : 0;
    }
}
