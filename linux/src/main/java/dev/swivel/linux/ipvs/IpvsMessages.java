package dev.swivel.linux.ipvs;

import dev.swivel.linux.netlink.GenericFamily;
import dev.swivel.linux.netlink.NetlinkMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Requests of the IPVS family, attributes in the order the `ipvsadm` program sends them, without
/// those that the kernel does not read in the request.
final class IpvsMessages {
    static final String FAMILY = "IPVS";

    // enum of IPVS_CMD_*
    static final int CMD_NEW_SERVICE = 1;
    static final int CMD_SET_SERVICE = 2;
    static final int CMD_DEL_SERVICE = 3;
    static final int CMD_GET_SERVICE = 4;
    static final int CMD_NEW_DEST = 5;
    static final int CMD_SET_DEST = 6;
    static final int CMD_DEL_DEST = 7;
    static final int CMD_GET_DEST = 8;
    static final int CMD_SET_CONFIG = 12;
    static final int CMD_GET_CONFIG = 13;
    static final int CMD_GET_INFO = 15;

    // IPVS_CMD_ATTR_*
    static final int ATTR_SERVICE = 1;
    static final int ATTR_DEST = 2;
    static final int ATTR_TIMEOUT_TCP = 4;
    static final int ATTR_TIMEOUT_TCP_FIN = 5;
    static final int ATTR_TIMEOUT_UDP = 6;

    // IPVS_SVC_ATTR_*
    static final int SVC_AF = 1;
    static final int SVC_PROTOCOL = 2;
    static final int SVC_ADDR = 3;
    static final int SVC_PORT = 4;
    static final int SVC_FWMARK = 5;
    static final int SVC_SCHED_NAME = 6;
    static final int SVC_FLAGS = 7;
    static final int SVC_TIMEOUT = 8;
    static final int SVC_NETMASK = 9;
    static final int SVC_STATS64 = 12;

    // IPVS_DEST_ATTR_*
    static final int DEST_ADDR = 1;
    static final int DEST_PORT = 2;
    static final int DEST_FWD_METHOD = 3;
    static final int DEST_WEIGHT = 4;
    static final int DEST_U_THRESH = 5;
    static final int DEST_L_THRESH = 6;
    static final int DEST_ACTIVE_CONNS = 7;
    static final int DEST_INACT_CONNS = 8;
    static final int DEST_PERSIST_CONNS = 9;
    static final int DEST_ADDR_FAMILY = 11;
    static final int DEST_STATS64 = 12;

    // IPVS_STATS_ATTR_*
    static final int STATS_CONNS = 1;
    static final int STATS_INPKTS = 2;
    static final int STATS_OUTPKTS = 3;
    static final int STATS_INBYTES = 4;
    static final int STATS_OUTBYTES = 5;

    // IPVS_INFO_ATTR_*
    static final int INFO_VERSION = 1;
    static final int INFO_CONN_TAB_SIZE = 2;

    /// `union nf_inet_addr`.
    private static final int ADDRESS_BYTES = 16;

    private final GenericFamily family;

    IpvsMessages(GenericFamily family) {
        this.family = family;
    }

    NetlinkMessage info() {
        return family.message("ask for the IPVS version", CMD_GET_INFO);
    }

    NetlinkMessage timeouts() {
        return family.message("ask for IPVS timeouts", CMD_GET_CONFIG);
    }

    NetlinkMessage setTimeouts(Timeouts timeouts) {
        return family.message("set IPVS timeouts", CMD_SET_CONFIG)
                .u32(ATTR_TIMEOUT_TCP, (int) timeouts.tcp().toSeconds())
                .u32(ATTR_TIMEOUT_TCP_FIN, (int) timeouts.tcpFin().toSeconds())
                .u32(ATTR_TIMEOUT_UDP, (int) timeouts.udp().toSeconds());
    }

    NetlinkMessage listServers() {
        return family.message("list virtual servers", CMD_GET_SERVICE);
    }

    NetlinkMessage getServer(Frontend frontend) {
        return family.message("get virtual server " + frontend, CMD_GET_SERVICE)
                .nest(ATTR_SERVICE, service -> frontend(service, frontend));
    }

    NetlinkMessage listReal(Frontend frontend) {
        return family.message("list real servers of " + frontend, CMD_GET_DEST)
                .nest(ATTR_SERVICE, service -> frontend(service, frontend));
    }

    NetlinkMessage change(IpvsChange change) {
        // one name for all: text for each of 100,000 messages would cost more than the messages
        NetlinkMessage message = family.message("change virtual servers", command(change));
        return switch (change) {
            case IpvsChange.AddServer(var server) ->
                    message.nest(ATTR_SERVICE, service -> server(service, server));
            case IpvsChange.SetServer(var server) ->
                    message.nest(ATTR_SERVICE, service -> server(service, server));
            case IpvsChange.DeleteServer(var frontend) ->
                    message.nest(ATTR_SERVICE, service -> frontend(service, frontend));
            case IpvsChange.AddReal(var frontend, var real) ->
                    message.nest(ATTR_SERVICE, service -> frontend(service, frontend))
                            .nest(ATTR_DEST, dest -> real(dest, real));
            case IpvsChange.SetReal(var frontend, var real) ->
                    message.nest(ATTR_SERVICE, service -> frontend(service, frontend))
                            .nest(ATTR_DEST, dest -> real(dest, real));
            case IpvsChange.DeleteReal(var frontend, var destination) ->
                    message.nest(ATTR_SERVICE, service -> frontend(service, frontend))
                            .nest(ATTR_DEST, dest -> destination(dest, destination));
        };
    }

    private static int command(IpvsChange change) {
        return switch (change) {
            case IpvsChange.AddServer _ -> CMD_NEW_SERVICE;
            case IpvsChange.SetServer _ -> CMD_SET_SERVICE;
            case IpvsChange.DeleteServer _ -> CMD_DEL_SERVICE;
            case IpvsChange.AddReal _ -> CMD_NEW_DEST;
            case IpvsChange.SetReal _ -> CMD_SET_DEST;
            case IpvsChange.DeleteReal _ -> CMD_DEL_DEST;
        };
    }

    private static void frontend(NetlinkMessage service, Frontend frontend) {
        service.u16(SVC_AF, frontend.family().addressFamily());
        switch (frontend) {
            case Frontend.AddressPort(int protocol, var address, int port) ->
                    service.u16(SVC_PROTOCOL, protocol)
                            .bytes(SVC_ADDR, address(address))
                            .u16be(SVC_PORT, port);
            case Frontend.Mark(int mark, _) -> service.u32(SVC_FWMARK, mark);
        }
    }

    private static void server(NetlinkMessage service, VirtualServer server) {
        frontend(service, server.frontend());
        service.string(SVC_SCHED_NAME, server.scheduler().name())
                .bytes(SVC_FLAGS, flags(server.flags()))
                .u32(SVC_TIMEOUT, (int) server.timeout().toSeconds());
        switch (server.frontend().family()) {
            case IPV4 -> service.u32be(SVC_NETMASK, netmask(server.clientPrefix()));
            case IPV6 -> service.u32(SVC_NETMASK, server.clientPrefix());
        }
    }

    private static int netmask(int prefix) {
        return prefix == 0 ? 0 : -1 << (32 - prefix);
    }

    /// `struct ip_vs_flags`: the flags, and which of them to change.
    private static byte[] flags(int flags) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putInt(flags)
                .putInt(-1)
                .array();
    }

    private static void real(NetlinkMessage dest, RealServer real) {
        destination(dest, real.destination());
        dest.u32(DEST_FWD_METHOD, real.forwarding().number())
                .u32(DEST_WEIGHT, real.weight())
                .u32(DEST_U_THRESH, real.upperThreshold())
                .u32(DEST_L_THRESH, real.lowerThreshold());
    }

    private static void destination(NetlinkMessage dest, Destination destination) {
        dest.u16(DEST_ADDR_FAMILY, destination.family().addressFamily())
                .bytes(DEST_ADDR, address(destination.address()))
                .u16be(DEST_PORT, destination.port());
    }

    private static byte[] address(InetAddress address) {
        return Arrays.copyOf(address.getAddress(), ADDRESS_BYTES);
    }
}
