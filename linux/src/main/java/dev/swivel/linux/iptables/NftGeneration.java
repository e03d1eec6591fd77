package dev.swivel.linux.iptables;

import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The generation number of the nf_tables rule set (`NFT_MSG_GETGEN`, linux/netfilter/nf_tables.h).
final class NftGeneration implements TableLook {
    private static final int AF_UNSPEC = 0;
    private static final int GETGEN = 16;
    private static final int NFTA_GEN_ID = 1;

    private static final NetlinkMessage QUESTION =
            NetlinkMessage.netfilter(
                    "nf_tables generation", Netlink.NFNL_SUBSYS_NFTABLES, GETGEN, 0, AF_UNSPEC);

    private final List<String> tables;
    private @Nullable NetlinkSocket socket;
    private Map<String, TableFingerprint> fingerprints = Map.of();
    private long seen;

    /// @param tables all of which have the one generation
    NftGeneration(List<String> tables) {
        this.tables = List.copyOf(tables);
    }

    @Override
    public Map<String, TableFingerprint> fingerprints() throws IOException {
        long now = read();
        if (fingerprints.isEmpty() || now != seen) {
            seen = now;
            TableFingerprint fingerprint = new TableFingerprint.Nft(now);
            fingerprints =
                    tables.stream()
                            .collect(
                                    Collectors.toUnmodifiableMap(
                                            Function.identity(), _ -> fingerprint));
        }
        return fingerprints;
    }

    private long read() throws IOException {
        if (socket == null) {
            socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER);
        }
        return Integer.toUnsignedLong(
                socket.request(QUESTION)
                        .getFirst()
                        .attributes(Netlink.NFGENMSG_BYTES)
                        .u32be(NFTA_GEN_ID));
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
