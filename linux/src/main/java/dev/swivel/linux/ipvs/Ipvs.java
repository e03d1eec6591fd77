package dev.swivel.linux.ipvs;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.netlink.GenericFamily;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkException;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkReply;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The virtual servers of the network namespace of the thread that opened this. Not for several
/// threads at once.
///
/// What the kernel refuses comes as [IpvsException] or [IpvsChangesException]; after any other
/// [IOException] it is unknown whether the request was carried out. There is no way to remove
/// everything at once: others may have virtual servers here.
public final class Ipvs implements AutoCloseable {
    /// About this many changes are sent as objects, before the next lot.
    private static final int LOT = 10_000;

    /// Of TEST-NET-2, which nobody serves; where kube-proxy tries schedulers as well.
    private static final InetAddress TRIAL = InetAddress.ofLiteral("198.51.100.0");

    private static final int FIRST_TRIAL_PORT = 20_000;
    private static final int TRIAL_PORTS = 100;
    private static final int TCP = 6;

    private final NetlinkSocket socket;
    private final IpvsMessages messages;

    private Ipvs(NetlinkSocket socket, GenericFamily family) {
        this.socket = socket;
        this.messages = new IpvsMessages(family);
    }

    /// Opens the kernel's IPVS.
    ///
    /// @throws IOException when the kernel has none, or the caller is not root; the message says
    ///   which
    public static Ipvs open() throws IOException {
        NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_GENERIC);
        try {
            GenericFamily family =
                    GenericFamily.find(socket, IpvsMessages.FAMILY)
                            .orElseThrow(() ->
                                    new IOException("the kernel has no IPVS; try: modprobe ip_vs"));
            Ipvs ipvs = new Ipvs(socket, family);
            Info _ = ipvs.info();
            return ipvs;
        } catch (IOException | RuntimeException e) {
            socket.close();
            if (e instanceof IpvsException refusal && refusal.errno() == Errno.EPERM) {
                throw new IOException("IPVS needs CAP_NET_ADMIN", e);
            }
            throw e;
        }
    }

    /// Why IPVS cannot be used here, or nothing if it can.
    public static Optional<String> probe() {
        try (Ipvs _ = open()) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// Why a scheduler cannot be used here, or nothing if it can: makes a virtual server with it on
    /// an address that nobody serves, and removes it. The kernel loads the scheduler's module if it
    /// finds it.
    public Optional<String> probe(Scheduler scheduler) throws IOException {
        for (int port = FIRST_TRIAL_PORT; port < FIRST_TRIAL_PORT + TRIAL_PORTS; port++) {
            var frontend = new Frontend.AddressPort(TCP, TRIAL, port);
            try {
                apply(List.of(new IpvsChange.AddServer(VirtualServer.of(frontend, scheduler))));
                apply(List.of(new IpvsChange.DeleteServer(frontend)));
                return Optional.empty();
            } catch (IpvsChangesException e) {
                var failure = e.failures().getFirst();
                if (failure.isSchedulerMissing()) {
                    return Optional.of(IpvsException.noScheduler(scheduler));
                }
                if (!failure.error().isPresent()) {
                    throw e;
                }
            }
        }
        throw new IOException("no free address to try the IPVS scheduler '" + scheduler + "' on");
    }

    public Info info() throws IOException {
        return IpvsReplies.info(request(messages.info()).getFirst());
    }

    public Timeouts timeouts() throws IOException {
        return IpvsReplies.timeouts(request(messages.timeouts()).getFirst());
    }

    /// Sets the timeouts that are not zero.
    public void setTimeouts(Timeouts timeouts) throws IOException {
        var _ = request(messages.setTimeouts(timeouts));
    }

    /// All virtual servers without their real servers. One that is added or removed meanwhile may
    /// be missing, or hide another: the kernel does not tell.
    public List<VirtualServerState> servers() throws IOException {
        return dump(messages.listServers(), IpvsReplies::server);
    }

    /// All virtual servers with their real servers: one dump for each. Those that go away meanwhile
    /// are left out.
    public List<VirtualServerState> serversWithReal() throws IOException {
        List<VirtualServerState> all = new ArrayList<>();
        for (VirtualServerState state : servers()) {
            try {
                var real = realServers(state.server().frontend());
                all.add(new VirtualServerState(state.server(), state.statistics(), real));
            } catch (IpvsException e) {
                if (!e.isNoSuchVirtualServer()) {
                    throw e;
                }
            }
        }
        return all;
    }

    /// One virtual server without its real servers, or nothing if it does not exist.
    public Optional<VirtualServerState> server(Frontend frontend) throws IOException {
        try {
            return request(messages.getServer(frontend)).stream()
                    .map(IpvsReplies::server)
                    .findFirst();
        } catch (IpvsException e) {
            if (e.isNoSuchVirtualServer()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The real servers of a virtual server, newest first; none also if the virtual server does not
    /// exist.
    public List<RealServerState> realServers(Frontend frontend) throws IOException {
        return dump(
                messages.listReal(frontend), reply -> IpvsReplies.real(reply, frontend.family()));
    }

    /// Makes many changes in few system calls, in order. A refused one does not keep the others
    /// from being made.
    ///
    /// @throws IpvsChangesException with the refused changes
    public void apply(List<? extends IpvsChange> changes) throws IOException {
        List<IpvsChangesException.Failure> failures = new ArrayList<>();
        for (int from = 0; from < changes.size(); from += LOT) {
            var lot = changes.subList(from, Math.min(changes.size(), from + LOT));
            for (NetlinkSocket.Refusal refusal :
                    socket.batch(lot.stream().map(messages::change).toList())) {
                IpvsChange change = lot.get(refusal.index());
                failures.add(
                        new IpvsChangesException.Failure(
                                from + refusal.index(),
                                change,
                                new IpvsException(change, refusal.error())));
            }
        }
        if (!failures.isEmpty()) {
            throw new IpvsChangesException(changes.size(), failures);
        }
    }

    private List<NetlinkReply> request(NetlinkMessage message) throws IOException {
        try {
            return socket.request(message);
        } catch (NetlinkException e) {
            throw new IpvsException(message.what(), e);
        }
    }

    private <T> List<T> dump(NetlinkMessage message, Function<NetlinkReply, T> decode)
            throws IOException {
        try {
            return socket.dump(message, decode);
        } catch (NetlinkException e) {
            throw new IpvsException(message.what(), e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
