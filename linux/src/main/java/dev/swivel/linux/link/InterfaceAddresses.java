package dev.swivel.linux.link;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.netlink.Attributes;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkReply;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Lists the addresses of this machine's interfaces, more than `java.net.NetworkInterface` knows:
/// scope and flags.
public final class InterfaceAddresses {
    // linux/rtnetlink.h, linux/if_addr.h
    private static final int RTM_GETADDR = 22;
    private static final int IFADDRMSG_BYTES = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;

    private InterfaceAddresses() {}

    /// All addresses of both families, in the network namespace of the calling thread.
    public static List<InterfaceAddress> list() throws IOException {
        return list(0);
    }

    /// All addresses of one family.
    public static List<InterfaceAddress> list(IpFamily family) throws IOException {
        return list(family.addressFamily());
    }

    private static List<InterfaceAddress> list(int family) throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_ROUTE)) {
            return list(socket, family, names(socket));
        }
    }

    /// Those of one interface. Kernels tell about all anyway.
    static List<InterfaceAddress> list(NetlinkSocket socket, Link link) throws IOException {
        return list(socket, 0, Map.of(link.index(), link.name()));
    }

    private static List<InterfaceAddress> list(
            NetlinkSocket socket, int family, Map<Integer, String> names) throws IOException {
        NetlinkMessage request =
                new NetlinkMessage("list addresses", RTM_GETADDR, 0)
                        .header(family, 0, 0, 0)
                        .headerInt(0);
        return socket.dump(request, reply -> address(reply, names)).stream()
                // an interface that came after the names were read, or is gone: next time
                .filter(address -> !address.interfaceName().isEmpty())
                .toList();
    }

    private static Map<Integer, String> names(NetlinkSocket socket) throws IOException {
        return socket.dump(LinkMessages.list(), LinkMessages::link).stream()
                .collect(Collectors.toMap(Link::index, Link::name, (_, b) -> b));
    }

    private static InterfaceAddress address(NetlinkReply reply, Map<Integer, String> names) {
        ByteBuffer header = reply.payload();
        Attributes attributes = reply.attributes(IFADDRMSG_BYTES);
        int index = header.getInt(4);
        int flags =
                attributes.has(IFA_FLAGS)
                        ? attributes.u32(IFA_FLAGS)
                        : Byte.toUnsignedInt(header.get(2));
        // on a point-to-point link, IFA_ADDRESS is the other end
        int own = attributes.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS;
        return new InterfaceAddress(
                index,
                names.getOrDefault(index, ""),
                attributes.address(own),
                Byte.toUnsignedInt(header.get(1)),
                Byte.toUnsignedInt(header.get(3)),
                flags);
    }
}
