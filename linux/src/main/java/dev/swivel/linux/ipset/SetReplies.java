package dev.swivel.linux.ipset;

import static dev.swivel.linux.ipset.SetMessages.*;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.netlink.Attributes;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkReply;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads answers of the ipset protocol.
final class SetReplies {
    private SetReplies() {}

    static Attributes attributes(NetlinkReply reply) {
        return reply.attributes(Netlink.NFGENMSG_BYTES);
    }

    static SetHeader header(NetlinkReply reply) {
        Attributes set = attributes(reply);
        Attributes data = set.nested(ATTR_DATA);
        return new SetHeader(
                set.string(ATTR_SETNAME),
                set.string(ATTR_TYPENAME),
                family(set.u8(ATTR_FAMILY)),
                set.u8(ATTR_REVISION),
                number(data, DATA_HASHSIZE, 0),
                number(data, DATA_MAXELEM, 0),
                data.has(DATA_TIMEOUT)
                        ? Optional.of(Duration.ofSeconds(data.u32be(DATA_TIMEOUT)))
                        : Optional.empty(),
                (number(data, DATA_FLAGS, 0) & FLAG_WITH_SKBINFO) != 0,
                number(data, DATA_REFERENCES, 0),
                number(data, DATA_ELEMENTS, -1));
    }

    private static int number(Attributes data, int type, int ifAbsent) {
        return data.has(type) ? data.u32be(type) : ifAbsent;
    }

    private static Optional<IpFamily> family(int number) {
        return Stream.of(IpFamily.values()).filter(f -> f.addressFamily() == number).findFirst();
    }

    static List<Attributes> elements(NetlinkReply reply) {
        return attributes(reply).each(ATTR_ADT);
    }

    static Optional<PacketMark> mark(Attributes data) {
        return data.has(DATA_SKBMARK)
                ? Optional.of(PacketMark.of(data.u64be(DATA_SKBMARK)))
                : Optional.empty();
    }

    static SetElement element(SetType type, Attributes data) {
        return switch (type) {
            case HASH_IP -> new SetElement.Ip(ip(data, DATA_IP));
            case HASH_IP_PORT ->
                    new SetElement.IpPort(
                            ip(data, DATA_IP), data.u8(DATA_PROTO), data.u16be(DATA_PORT));
            case HASH_IP_PORT_IP ->
                    new SetElement.IpPortIp(
                            ip(data, DATA_IP),
                            data.u8(DATA_PROTO),
                            data.u16be(DATA_PORT),
                            ip(data, DATA_IP2));
            case HASH_IP_PORT_NET -> {
                InetAddress net = ip(data, DATA_IP2);
                yield new SetElement.IpPortNet(
                        ip(data, DATA_IP),
                        data.u8(DATA_PROTO),
                        data.u16be(DATA_PORT),
                        net,
                        prefix(data, DATA_CIDR2, net));
            }
            case HASH_NET -> {
                InetAddress net = ip(data, DATA_IP);
                yield new SetElement.Net(net, prefix(data, DATA_CIDR, net));
            }
            case HASH_NET_PORT -> {
                InetAddress net = ip(data, DATA_IP);
                yield new SetElement.NetPort(
                        net,
                        prefix(data, DATA_CIDR, net),
                        data.u8(DATA_PROTO),
                        data.u16be(DATA_PORT));
            }
            case BITMAP_PORT -> new SetElement.Port(data.u16be(DATA_PORT));
        };
    }

    private static int prefix(Attributes data, int type, InetAddress net) {
        return data.has(type) ? data.u8(type) : IpFamily.of(net).maxPrefix();
    }

    private static InetAddress ip(Attributes data, int type) {
        Attributes nest = data.nested(type);
        return nest.address(nest.has(IPADDR_IPV4) ? IPADDR_IPV4 : IPADDR_IPV6);
    }
}
