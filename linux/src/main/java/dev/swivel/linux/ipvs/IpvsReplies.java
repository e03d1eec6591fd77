package dev.swivel.linux.ipvs;

import static dev.swivel.linux.ipvs.IpvsMessages.*;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.netlink.Attributes;
import dev.swivel.linux.netlink.GenericFamily;
import dev.swivel.linux.netlink.MalformedMessageException;
import dev.swivel.linux.netlink.NetlinkReply;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Reads answers of the IPVS family.
final class IpvsReplies {
    private IpvsReplies() {}

    static Info info(NetlinkReply reply) {
        Attributes info = reply.attributes(GenericFamily.HEADER_BYTES);
        int version = info.u32(INFO_VERSION);
        return new Info(
                (version >> 16 & 0xff) + "." + (version >> 8 & 0xff) + "." + (version & 0xff),
                info.u32(INFO_CONN_TAB_SIZE));
    }

    static Timeouts timeouts(NetlinkReply reply) {
        Attributes config = reply.attributes(GenericFamily.HEADER_BYTES);
        return new Timeouts(
                Duration.ofSeconds(config.u32(ATTR_TIMEOUT_TCP)),
                Duration.ofSeconds(config.u32(ATTR_TIMEOUT_TCP_FIN)),
                Duration.ofSeconds(config.u32(ATTR_TIMEOUT_UDP)));
    }

    /// A virtual server, as yet without its real servers.
    static VirtualServerState server(NetlinkReply reply) {
        Attributes service = reply.attributes(GenericFamily.HEADER_BYTES).nested(ATTR_SERVICE);
        IpFamily family = family(service.u16(SVC_AF));
        int flags =
                ByteBuffer.wrap(service.bytes(SVC_FLAGS)).order(ByteOrder.nativeOrder()).getInt();
        int clientPrefix =
                switch (family) {
                    case IPV4 -> Integer.bitCount(service.u32(SVC_NETMASK));
                    case IPV6 -> service.u32(SVC_NETMASK);
                };
        return new VirtualServerState(
                new VirtualServer(
                        frontend(service, family),
                        new Scheduler(service.string(SVC_SCHED_NAME)),
                        flags & VirtualServer.SETTABLE,
                        Duration.ofSeconds(service.u32(SVC_TIMEOUT)),
                        clientPrefix),
                statistics(service, SVC_STATS64),
                List.of());
    }

    private static Frontend frontend(Attributes service, IpFamily family) {
        return service.has(SVC_FWMARK)
                ? new Frontend.Mark(service.u32(SVC_FWMARK), family)
                : new Frontend.AddressPort(
                        service.u16(SVC_PROTOCOL),
                        address(service.bytes(SVC_ADDR), family),
                        service.u16be(SVC_PORT));
    }

    static RealServerState real(NetlinkReply reply, IpFamily ofServer) {
        Attributes dest = reply.attributes(GenericFamily.HEADER_BYTES).nested(ATTR_DEST);
        // since Linux 3.18: before, it was always that of the virtual server
        IpFamily family =
                dest.has(DEST_ADDR_FAMILY) ? family(dest.u16(DEST_ADDR_FAMILY)) : ofServer;
        RealServer server =
                new RealServer(
                        new Destination(
                                address(dest.bytes(DEST_ADDR), family), dest.u16be(DEST_PORT)),
                        Forwarding.of(dest.u32(DEST_FWD_METHOD)),
                        dest.u32(DEST_WEIGHT),
                        dest.u32(DEST_U_THRESH),
                        dest.u32(DEST_L_THRESH));
        return new RealServerState(
                server,
                dest.u32(DEST_ACTIVE_CONNS),
                dest.u32(DEST_INACT_CONNS),
                dest.u32(DEST_PERSIST_CONNS),
                statistics(dest, DEST_STATS64));
    }

    private static Statistics statistics(Attributes from, int type) {
        Attributes stats = from.nested(type);
        return new Statistics(
                stats.u64(STATS_CONNS),
                stats.u64(STATS_INPKTS),
                stats.u64(STATS_OUTPKTS),
                stats.u64(STATS_INBYTES),
                stats.u64(STATS_OUTBYTES));
    }

    private static IpFamily family(int number) {
        return Stream.of(IpFamily.values())
                .filter(f -> f.addressFamily() == number)
                .findFirst()
                .orElseThrow(() -> new MalformedMessageException("address family " + number));
    }

    private static InetAddress address(byte[] bytes, IpFamily family) {
        try {
            return InetAddress.getByAddress(Arrays.copyOf(bytes, family.addressBytes()));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
