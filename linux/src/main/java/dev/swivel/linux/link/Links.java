package dev.swivel.linux.link;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkException;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The interfaces of the network namespace of the thread that opened this: find, make, remove, and
/// give them addresses. Not for several threads at once.
public final class Links implements AutoCloseable {
    private static final String DUMMY = "dummy";

    private final NetlinkSocket socket;

    private Links(NetlinkSocket socket) {
        this.socket = socket;
    }

    public static Links open() throws IOException {
        return new Links(NetlinkSocket.open(Netlink.NETLINK_ROUTE));
    }

    /// All interfaces.
    public List<Link> list() throws IOException {
        return socket.dump(LinkMessages.list(), LinkMessages::link);
    }

    /// The interface of that name, or nothing.
    public Optional<Link> find(String name) throws IOException {
        try {
            return socket.request(LinkMessages.get(name)).stream()
                    .map(LinkMessages::link)
                    .findFirst();
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Makes a dummy interface, which is down, or takes the dummy interface that has the name.
    ///
    /// @throws IOException also when the kernel has no dummy interfaces, or the name belongs to an
    ///   interface of another kind; the message says which
    public Link createDummy(String name) throws IOException {
        try {
            var _ = socket.request(LinkMessages.create(name, DUMMY));
        } catch (NetlinkException e) {
            if (e.errno() == Errno.EOPNOTSUPP) {
                throw new IOException("the kernel has no dummy interfaces; try: modprobe dummy", e);
            }
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
        Link link = find(name).orElseThrow(() -> new IOException("interface " + name + " is gone"));
        if (!link.isDummy()) {
            throw new IOException(
                    "interface "
                            + name
                            + " exists and is not a dummy"
                            + (link.kind().isEmpty() ? "" : " but a " + link.kind()));
        }
        return link;
    }

    /// Removes an interface, or does nothing if there is none of that name.
    public void delete(String name) throws IOException {
        try {
            var _ = socket.request(LinkMessages.delete(name));
        } catch (NetlinkException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    /// The addresses of one interface.
    public List<InterfaceAddress> addresses(Link link) throws IOException {
        return InterfaceAddresses.list(socket, link);
    }

    /// Makes many changes of addresses in few system calls, in order. A refused one does not keep
    /// the others from being made.
    ///
    /// @throws AddressChangesException with the refused changes
    public void apply(List<? extends AddressChange> changes) throws IOException {
        List<AddressChangesException.Failure> failures = new ArrayList<>();
        for (var refusal : socket.batch(changes.stream().map(LinkMessages::change).toList())) {
            AddressChange change = changes.get(refusal.index());
            int errno = refusal.error().errno();
            if (change.strict() || !isDone(change, errno)) {
                ErrnoException error = new ErrnoException(change.toString(), errno);
                var _ = error.initCause(refusal.error());
                failures.add(new AddressChangesException.Failure(change, error));
            }
        }
        if (!failures.isEmpty()) {
            throw new AddressChangesException(changes.size(), failures);
        }
    }

    private static boolean isDone(AddressChange change, int errno) {
        return switch (change) {
            case AddressChange.Add _ -> errno == Errno.EEXIST;
            case AddressChange.Delete _ -> errno == Errno.EADDRNOTAVAIL;
        };
    }

    @Override
    public void close() {
        socket.close();
    }
}
