package dev.swivel.linux.conntrack;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkException;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection table of the network namespace of the thread that opened this. Not for several
/// threads at once.
public final class Conntrack implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Conntrack.class);

    private final NetlinkSocket socket;

    private Conntrack(NetlinkSocket socket) {
        this.socket = socket;
    }

    public static Conntrack open() throws IOException {
        return new Conntrack(NetlinkSocket.open(Netlink.NETLINK_NETFILTER));
    }

    /// Flows that match now, in no order. Since Linux 5.8 the kernel filters, except by IPv6
    /// addresses; what it gives too much is filtered here.
    ///
    /// The table goes on changing while it is read: flows may be missed or come twice.
    public List<Flow> flows(FlowFilter filter) throws IOException {
        List<Flow> found;
        try {
            found = socket.dump(FlowMessages.get(filter), FlowMessages::flow);
        } catch (NetlinkException e) {
            if (e.errno() != Errno.EINVAL && e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
            log.debug("the kernel cannot filter flows, reading all of them", e);
            found = socket.dump(FlowMessages.getAll(filter.family()), FlowMessages::flow);
        }
        return found.stream().filter(filter::matches).toList();
    }

    /// The flow that has the tuple in one of its directions. Costs the same however many there are.
    ///
    /// @param protocol IANA number of a protocol with ports
    public Optional<Flow> find(int protocol, Tuple tuple) throws IOException {
        try {
            return socket.request(FlowMessages.find(protocol, tuple)).stream()
                    .map(FlowMessages::flow)
                    .findFirst();
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Makes the entry of a flow to come, so that its packets are translated from the first one on.
    ///
    /// @return false if there is an entry with that tuple, or one whose answers could not be told
    ///   from this one's
    public boolean insert(TranslatedFlow flow) throws IOException {
        try {
            var _ = socket.request(FlowMessages.insert(flow));
            return true;
        } catch (NetlinkException e) {
            if (e.errno() == Errno.EEXIST) {
                return false;
            }
            throw e;
        }
    }

    /// Deletes the entry with that tuple; one that is gone is fine.
    ///
    /// @return whether it was there
    public boolean delete(int protocol, Tuple tuple) throws IOException {
        try {
            var _ = socket.request(FlowMessages.delete(protocol, tuple));
            return true;
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /// Deletes these entries, many to a system call. Entries that are gone by now are fine. One
    /// that took the place of another since, with the same tuple and the same spot in memory, is
    /// not told from it.
    ///
    /// @return how many were there to delete
    /// @throws NetlinkException when the kernel refuses one; the others are deleted
    public int delete(List<Flow> flows) throws IOException {
        List<NetlinkMessage> requests =
                flows.stream().filter(Conntrack::hasPorts).map(FlowMessages::delete).toList();
        int deleted = requests.size();
        for (NetlinkSocket.Refusal refusal : socket.batch(requests)) {
            if (refusal.error().errno() != Errno.ENOENT) {
                throw refusal.error();
            }
            deleted--;
        }
        return deleted;
    }

    /// Deletes what matches now. Gives how many that were.
    public int delete(FlowFilter filter) throws IOException {
        return delete(flows(filter));
    }

    /// Entries of ICMP and the like have other keys than ports, which [Flow] does not carry.
    private static boolean hasPorts(Flow flow) {
        return switch (flow.protocol()) {
            case 6, 17, 132, 33, 136 -> true; // TCP, UDP, SCTP, DCCP, UDP-Lite
            default -> false;
        };
    }

    @Override
    public void close() {
        socket.close();
    }
}
