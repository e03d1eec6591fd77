package dev.swivel.linux.ipset;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.netlink.Attributes;
import dev.swivel.linux.netlink.Netlink;
import dev.swivel.linux.netlink.NetlinkException;
import dev.swivel.linux.netlink.NetlinkMessage;
import dev.swivel.linux.netlink.NetlinkReply;
import dev.swivel.linux.netlink.NetlinkSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// The ipsets of the network namespace of the thread that opened this. Not for several threads at
/// once.
///
/// What the kernel refuses comes as [IpSetException]; after any other [IOException] it is unknown
/// whether the request was carried out.
public final class IpSets implements AutoCloseable {
    /// For each add and delete, about this much is sent at once as objects, before the next lot.
    private static final int LOT = 10_000;

    private final NetlinkSocket socket;
    private final Map<SetType, Integer> revisions = new EnumMap<>(SetType.class);

    private IpSets(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// Opens the kernel's ipset.
    ///
    /// @throws IOException when the kernel has none, or speaks another protocol version, or the
    ///   caller is not root; the message says which
    public static IpSets open() throws IOException {
        NetlinkSocket socket = openSocket();
        try {
            checkProtocol(socket);
            return new IpSets(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static NetlinkSocket openSocket() throws IOException {
        try {
            return NetlinkSocket.open(Netlink.NETLINK_NETFILTER);
        } catch (ErrnoException e) {
            throw e.errno() == Errno.EPROTONOSUPPORT ? new AbsentException(e) : e;
        }
    }

    /// Whether the kernel has ipset.
    ///
    /// @throws IOException when that cannot be told, as without CAP_NET_ADMIN
    public static boolean isPresent() throws IOException {
        try (IpSets _ = open()) {
            return true;
        } catch (AbsentException _) {
            return false;
        }
    }

    private static void checkProtocol(NetlinkSocket socket) throws IOException {
        Attributes answer;
        try {
            answer = SetReplies.attributes(socket.request(SetMessages.protocol()).getFirst());
        } catch (NetlinkException e) {
            throw switch (e.errno()) {
                case Errno.EINVAL, Errno.EOPNOTSUPP -> new AbsentException(e);
                case Errno.EPERM -> new IOException("ipset needs CAP_NET_ADMIN", e);
                default -> e;
            };
        }
        int newest = answer.u8(SetMessages.ATTR_PROTOCOL);
        int oldest =
                answer.has(SetMessages.ATTR_PROTOCOL_MIN)
                        ? answer.u8(SetMessages.ATTR_PROTOCOL_MIN)
                        : newest;
        if (SetMessages.PROTOCOL < oldest || SetMessages.PROTOCOL > newest) {
            throw new IOException(
                    "the kernel speaks ipset protocol "
                            + oldest
                            + " to "
                            + newest
                            + " (needed: "
                            + SetMessages.PROTOCOL
                            + ", since Linux 4.19)");
        }
    }

    /// Makes a set, or lets one of that name be if it was made alike.
    ///
    /// @throws IpSetException when a set of that name differs in type, family, size or timeout
    public void create(SetSpec spec) throws IOException {
        var _ = request(SetMessages.create(spec, revision(spec), false), kind(spec));
    }

    /// Makes a set; one of that name is an error.
    public void createNew(SetSpec spec) throws IOException {
        var _ = request(SetMessages.create(spec, revision(spec), true), kind(spec));
    }

    /// Removes a set, or does nothing if it does not exist.
    ///
    /// @throws IpSetException when a rule or another set refers to it
    public void destroy(String set) throws IOException {
        try {
            command("destroy set", SetMessages.CMD_DESTROY, set);
        } catch (IpSetException e) {
            if (!e.isNoSuchSet()) { // older kernels call it an error
                throw e;
            }
        }
    }

    /// Removes all elements.
    public void flush(String set) throws IOException {
        command("flush set", SetMessages.CMD_FLUSH, set);
    }

    /// Exchanges the contents of two sets of the same type, at once for all rules that use them.
    public void swap(String one, String other) throws IOException {
        var _ = request(SetMessages.swap(one, other), SetErrors.Kind.COMMAND);
    }

    /// All sets, without elements.
    public List<SetHeader> headers() throws IOException {
        return look().list();
    }

    /// Like [#headers], for those who mostly want to know whether anything changed.
    public SetHeaders look() throws IOException {
        return new SetHeaders(dump(SetMessages.listHeaders()));
    }

    /// Whether there is a set of that name. Costs the same however large it is; to tell a header,
    /// the kernel counts the elements of the set.
    public boolean exists(String set) throws IOException {
        try {
            command("look for set", SetMessages.CMD_HEADER, set);
            return true;
        } catch (IpSetException e) {
            if (e.isNoSuchSet()) {
                return false;
            }
            throw e;
        }
    }

    /// One set without elements, or nothing if it does not exist.
    public Optional<SetHeader> header(String set) throws IOException {
        try {
            return dump(SetMessages.listHeader(set)).stream().map(SetReplies::header).findFirst();
        } catch (IpSetException e) {
            if (e.isNoSuchSet()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// The elements of a set, in no order.
    ///
    /// @throws IOException also when the set's type is not one of [SetType]
    public List<SetElement> elements(String set) throws IOException {
        return entries(set, SetReplies::element);
    }

    /// The elements of a set with the marks they carry, in no order.
    ///
    /// @throws IOException also when the set's type is not one of [SetType]
    public Map<SetElement, Optional<PacketMark>> marks(String set) throws IOException {
        return entries(
                        set,
                        (type, data) ->
                                Map.entry(SetReplies.element(type, data), SetReplies.mark(data)))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (_, b) -> b));
    }

    private <T> List<T> entries(String set, BiFunction<SetType, Attributes, T> decode)
            throws IOException {
        List<NetlinkReply> replies = dump(SetMessages.named("list set", SetMessages.CMD_LIST, set));
        SetType type = null;
        for (NetlinkReply reply : replies) {
            Attributes attributes = SetReplies.attributes(reply);
            if (attributes.has(SetMessages.ATTR_TYPENAME)) {
                String name = attributes.string(SetMessages.ATTR_TYPENAME);
                type =
                        SetType.of(name)
                                .orElseThrow(() -> new IOException("set " + set + " is a " + name));
            }
        }
        if (type == null) {
            return List.of();
        }
        SetType known = type;
        return replies.stream()
                .flatMap(reply -> SetReplies.elements(reply).stream())
                .map(data -> decode.apply(known, data))
                .toList();
    }

    /// Makes many changes in few system calls, in order. A refused one does not keep the others
    /// from being made.
    ///
    /// @throws SetChangesException with the refused changes
    public void apply(List<? extends SetChange> changes) throws IOException {
        List<SetChangesException.Failure> failures = new ArrayList<>();
        for (int from = 0; from < changes.size(); from += LOT) {
            var lot = changes.subList(from, Math.min(changes.size(), from + LOT));
            List<NetlinkMessage> messages = lot.stream().map(SetMessages::change).toList();
            for (NetlinkSocket.Refusal refusal : socket.batch(messages)) {
                SetChange change = lot.get(refusal.index());
                failures.add(
                        new SetChangesException.Failure(
                                change,
                                new IpSetException(
                                        change.toString(),
                                        refusal.error(),
                                        SetErrors.kind(change.element()))));
            }
        }
        if (!failures.isEmpty()) {
            throw new SetChangesException(changes.size(), failures);
        }
    }

    /// Kernels know several revisions of a set type; the newest is taken.
    private int revision(SetSpec spec) throws IOException {
        Integer known = revisions.get(spec.type());
        if (known != null) {
            return known;
        }
        NetlinkMessage question = SetMessages.type(spec.type(), SetMessages.family(spec));
        int revision =
                SetReplies.attributes(request(question, SetErrors.Kind.COMMAND).getFirst())
                        .u8(SetMessages.ATTR_REVISION);
        revisions.put(spec.type(), revision);
        return revision;
    }

    private static SetErrors.Kind kind(SetSpec spec) {
        return spec.type().isHash() ? SetErrors.Kind.HASH : SetErrors.Kind.BITMAP;
    }

    private void command(String what, int command, String set) throws IOException {
        var _ = request(SetMessages.named(what, command, set), SetErrors.Kind.COMMAND);
    }

    private List<NetlinkReply> request(NetlinkMessage message, SetErrors.Kind kind)
            throws IOException {
        try {
            return socket.request(message);
        } catch (NetlinkException e) {
            throw new IpSetException(message.what(), e, kind);
        }
    }

    private List<NetlinkReply> dump(NetlinkMessage message) throws IOException {
        try {
            return socket.dump(message, reply -> reply);
        } catch (NetlinkException e) {
            throw new IpSetException(message.what(), e, SetErrors.Kind.COMMAND);
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    /// The kernel has no ipset.
    private static final class AbsentException extends IOException {
        private static final long serialVersionUID = 1L;

        AbsentException(IOException cause) {
            super("the kernel has no ipset; try: modprobe ip_set", cause);
        }
    }
}
