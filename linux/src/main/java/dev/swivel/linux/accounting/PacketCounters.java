package dev.swivel.linux.accounting;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkException;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkReply;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/// The packet counters in the network namespace of the calling thread. May be asked from any
/// thread.
public final class PacketCounters {
    private static final int NEW = 0;
    private static final int GET = 1;
    private static final int DELETE = 3;
    private static final int NAME = 1;
    private static final int PACKETS = 2;

    private PacketCounters() {}

    /// Whether the kernel has such counters, and we may use them.
    public static boolean isSupported() {
        try {
            var _ = packets("swivel-check");
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Makes a counter if there is none of that name.
    ///
    /// @param name 1 to 31 letters, digits, `_-` (`NFACCT_NAME_MAX`)
    public static void ensure(String name) throws IOException {
        try {
            var _ = send(NEW, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL, name);
        } catch (NetlinkException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /// How many packets were counted since it was made; empty if there is none of that name.
    public static OptionalLong packets(String name) throws IOException {
        try {
            return OptionalLong.of(
                    send(GET, 0, name)
                            .getFirst()
                            .attributes(Netlink.NFGENMSG_BYTES)
                            .u64be(PACKETS));
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENOENT) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    /// Deletes a counter, unless there is none of that name or a rule uses it.
    public static void delete(String name) throws IOException {
        try {
            var _ = send(DELETE, 0, name);
        } catch (NetlinkException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EBUSY) {
                throw e;
            }
        }
    }

    private static List<NetlinkReply> send(int type, int flags, String name) throws IOException {
        NetlinkMessage request =
                NetlinkMessage.netfilter(
                                "packet counter " + name, Netlink.NFNL_SUBSYS_ACCT, type, flags, 0)
                        .string(NAME, name);
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER)) {
            return socket.request(request);
        }
    }
}
