package dev.swivel.linux.iptables;

import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;

/// The generation number of the nf_tables rule set (`NFT_MSG_GETGEN`, linux/netfilter/nf_tables.h).
final class NftGeneration {
    private static final int AF_UNSPEC = 0;
    private static final int GETGEN = 16;
    private static final int NFTA_GEN_ID = 1;

    private NftGeneration() {}

    static long read() throws IOException {
        NetlinkMessage request =
                NetlinkMessage.netfilter(
                        "nf_tables generation", Netlink.NFNL_SUBSYS_NFTABLES, GETGEN, 0, AF_UNSPEC);
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER)) {
            return Integer.toUnsignedLong(
                    socket.request(request)
                            .getFirst()
                            .attributes(Netlink.NFGENMSG_BYTES)
                            .u32be(NFTA_GEN_ID));
        }
    }
}
