package dev.swivel.linux.nftables;

import dev.swivel.linux.IpFamily;
import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkException;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The tables in the network namespace of the calling thread (linux/netfilter/nf_tables.h).
public final class NftTables {
    private static final int GETTABLE = 1;
    private static final int DELTABLE = 2;
    private static final int NFTA_TABLE_NAME = 1;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;

    private NftTables() {}

    /// All tables of the IP families; none where the kernel has no nf_tables.
    public static List<NftTable> list() throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER)) {
            List<NftTable> tables = new ArrayList<>();
            for (IpFamily family : IpFamily.values()) {
                NetlinkMessage request =
                        NetlinkMessage.netfilter(
                                "list nftables tables",
                                Netlink.NFNL_SUBSYS_NFTABLES,
                                GETTABLE,
                                Netlink.NLM_F_DUMP,
                                family.addressFamily());
                tables.addAll(
                        socket.dump(
                                request,
                                reply ->
                                        new NftTable(
                                                family,
                                                reply.attributes(Netlink.NFGENMSG_BYTES)
                                                        .string(NFTA_TABLE_NAME))));
            }
            return tables;
        } catch (NetlinkException e) {
            if (e.errno() == Errno.EINVAL || e.errno() == Errno.EOPNOTSUPP) {
                return List.of();
            }
            throw e;
        }
    }

    /// Deletes a table with all that is in it.
    ///
    /// @throws NetlinkException also when it is not there
    public static void delete(NftTable table) throws IOException {
        NetlinkMessage request =
                NetlinkMessage.netfilter(
                                "delete nftables table " + table,
                                Netlink.NFNL_SUBSYS_NFTABLES,
                                DELTABLE,
                                0,
                                table.family().addressFamily())
                        .string(NFTA_TABLE_NAME, table.name());
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER)) {
            socket.transact(batch(BATCH_BEGIN), request, batch(BATCH_END));
        }
    }

    private static NetlinkMessage batch(int type) {
        return new NetlinkMessage("nftables transaction", type, 0)
                .header(0, 0, 0, Netlink.NFNL_SUBSYS_NFTABLES);
    }
}
