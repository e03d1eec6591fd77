package dev.swivel.linux.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A netlink socket in the network namespace of the thread that opened it; other threads may use
/// it, one at a time.
///
/// A [NetlinkException] is the kernel's answer to a request. Any other [IOException] means that the
/// answer is unknown: the request may have been carried out or not. The socket stays usable after
/// both.
public final class NetlinkSocket implements AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;

    /// The kernel sends dumps in pieces of at most 32 KiB.
    private static final int RECEIVE_BYTES = 128 * 1024;

    /// How much goes into one send(2). Bounded by messages too: each may be answered by an error,
    /// which takes about 1 KiB of receive buffer.
    private static final int SEND_BYTES = 128 * 1024;

    private static final int SEND_MESSAGES = 2048;
    private static final int SOCKET_BUFFER_BYTES = 8 * 1024 * 1024;
    private static final int DUMP_TRIES = 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment sendBuffer = arena.allocate(SEND_BYTES, 8);
    private final ByteBuffer sendView = sendBuffer.asByteBuffer().order(ByteOrder.nativeOrder());
    private final MemorySegment receiveBuffer = arena.allocate(RECEIVE_BYTES, 8);
    private final int fd;
    private int sequence;
    private boolean unfinished;
    private boolean closed;

    /// A request of a batch that the kernel refused.
    ///
    /// @param index the request's place in the batch, from 0
    public record Refusal(int index, NetlinkException error) {}

    private NetlinkSocket(int protocol, int... groups) throws ErrnoException {
        fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, protocol);
        try {
            configure(groups);
        } catch (ErrnoException e) {
            close();
            throw e;
        }
    }

    /// A socket for requests, such as of [Netlink#NETLINK_NETFILTER].
    public static NetlinkSocket open(int protocol) throws IOException {
        return new NetlinkSocket(protocol);
    }

    /// A socket that also hears multicast groups, given by number (not as a bit mask). See
    /// [#receive].
    public static NetlinkSocket open(int protocol, int... groups) throws IOException {
        return new NetlinkSocket(protocol, groups);
    }

    private void configure(int... groups) throws ErrnoException {
        resize(SO_RCVBUFFORCE, SO_RCVBUF);
        resize(SO_SNDBUFFORCE, SO_SNDBUF);
        Libc.setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
        Libc.setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
        for (int group : groups) {
            Libc.setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
        }
        // Connected to port 0, the kernel's, the socket takes unicast from nobody else.
        MemorySegment kernel = arena.allocate(12, 4);
        kernel.set(JAVA_SHORT, 0, (short) Libc.AF_NETLINK);
        Libc.connect(fd, kernel);
    }

    private void resize(int forced, int asked) throws ErrnoException {
        try {
            Libc.setsockopt(fd, SOL_SOCKET, forced, SOCKET_BUFFER_BYTES);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            Libc.setsockopt(fd, SOL_SOCKET, asked, SOCKET_BUFFER_BYTES); // cut to the sysctl limit
        }
    }

    /// Sends one request between messages that begin and end a transaction, as nf_tables wants it,
    /// and waits for its acknowledgement.
    ///
    /// @throws NetlinkException when the kernel refuses the request or the transaction
    public void transact(NetlinkMessage begin, NetlinkMessage request, NetlinkMessage end)
            throws IOException {
        begin();
        sendView.clear();
        int first = sequence + 1;
        put(begin, ++sequence, 0);
        int mine = ++sequence;
        put(request, mine, Netlink.NLM_F_ACK);
        put(end, ++sequence, 0);
        send(request);
        while (unfinished) {
            for (NetlinkReply reply : receive(request)) {
                if (reply.type() != Netlink.NLMSG_ERROR || reply.sequence() < first) {
                    continue;
                }
                if (Datagram.errno(reply) != 0) {
                    unfinished = false;
                    throw Datagram.exception(request, reply);
                }
                unfinished &= reply.sequence() != mine;
            }
        }
    }

    /// Sends one request and waits for its acknowledgement. Gives the messages that came before it.
    ///
    /// @throws NetlinkException when the kernel refuses
    public List<NetlinkReply> request(NetlinkMessage request) throws IOException {
        begin();
        int mine = ++sequence;
        sendView.clear();
        put(request, mine, Netlink.NLM_F_ACK);
        send(request);
        List<NetlinkReply> replies = new ArrayList<>();
        while (true) {
            for (NetlinkReply reply : receive(request)) {
                if (reply.sequence() != mine) {
                    continue;
                }
                if (reply.type() != Netlink.NLMSG_ERROR) {
                    replies.add(reply);
                    continue;
                }
                unfinished = false;
                if (Datagram.errno(reply) != 0) {
                    throw Datagram.exception(request, reply);
                }
                return replies;
            }
        }
    }

    /// Sends a dump request and gives each message of the answer as the function sees it. A dump
    /// that the kernel marks as inconsistent is started again, a few times.
    ///
    /// @throws NetlinkException when the kernel refuses, or with EINTR when it never gets a
    ///   consistent dump done
    public <T> List<T> dump(NetlinkMessage request, Function<NetlinkReply, T> decode)
            throws IOException {
        for (int tried = 0; tried < DUMP_TRIES; tried++) {
            List<T> found = new ArrayList<>();
            try {
                if (dumpOnce(request, decode, found)) {
                    return found;
                }
            } catch (AnswersLostException _) {
                // as good as interrupted
            }
        }
        throw new NetlinkException(
                request.what(),
                Errno.EINTR,
                "the data changed during each of " + DUMP_TRIES + " dumps",
                "");
    }

    private <T> boolean dumpOnce(
            NetlinkMessage request, Function<NetlinkReply, T> decode, List<T> found)
            throws IOException {
        begin();
        int mine = ++sequence;
        sendView.clear();
        put(request, mine, Netlink.NLM_F_DUMP);
        send(request);
        boolean consistent = true;
        while (true) {
            for (NetlinkReply reply : receive(request)) {
                if (reply.sequence() != mine) {
                    continue;
                }
                consistent &= (reply.flags() & Netlink.NLM_F_DUMP_INTR) == 0;
                switch (reply.type()) {
                    case Netlink.NLMSG_NOOP -> {}
                    case Netlink.NLMSG_ERROR, Netlink.NLMSG_DONE -> {
                        unfinished = false;
                        int errno = Datagram.errno(reply);
                        if (errno != 0 && errno != Errno.EINTR) {
                            throw Datagram.exception(request, reply);
                        }
                        return consistent && errno == 0;
                    }
                    default -> {
                        if (consistent) {
                            found.add(decode.apply(reply));
                        }
                    }
                }
            }
        }
    }

    /// Sends all requests, many to a system call. The kernel carries out each by itself, in order,
    /// whatever became of those before it. Gives the refused ones.
    public List<Refusal> batch(List<NetlinkMessage> requests) throws IOException {
        List<Refusal> refusals = new ArrayList<>();
        int next = 0;
        while (next < requests.size()) {
            next = sendSome(requests, next, refusals);
        }
        return refusals;
    }

    /// Only the last message of each piece asks to be acknowledged: errors are reported anyway, in
    /// order, so its acknowledgement says that all before it have been dealt with.
    private int sendSome(List<NetlinkMessage> requests, int from, List<Refusal> refusals)
            throws IOException {
        begin();
        sendView.clear();
        int to = from;
        int first = sequence + 1;
        while (to < requests.size()
                && to - from < SEND_MESSAGES
                && (to == from || requests.get(to).length() <= sendView.remaining())) {
            NetlinkMessage request = requests.get(to++);
            boolean last =
                    to == requests.size()
                            || to - from == SEND_MESSAGES
                            || requests.get(to).length() + Netlink.align(request.length())
                                    > sendView.remaining();
            put(request, ++sequence, last ? Netlink.NLM_F_ACK : 0);
        }
        send(requests.get(from));
        while (unfinished) {
            for (NetlinkReply reply : receive(requests.get(from))) {
                int index = reply.sequence() - first;
                if (reply.type() != Netlink.NLMSG_ERROR || index < 0 || index >= to - from) {
                    continue;
                }
                if (Datagram.errno(reply) != 0) {
                    NetlinkMessage refused = requests.get(from + index);
                    refusals.add(new Refusal(from + index, Datagram.exception(refused, reply)));
                }
                unfinished &= reply.sequence() != sequence;
            }
        }
        return to;
    }

    /// Waits for multicast messages. Gives none when the time ran out, or when `wake` (an
    /// [Libc#eventfd]) was signalled first.
    ///
    /// @throws AnswersLostException when messages were lost: look at the whole again
    public List<NetlinkReply> receive(Duration timeout, int wake) throws IOException {
        if (Libc.awaitReadable(new int[] {wake, fd}, timeout) != 1) {
            return List.of();
        }
        return receive("notification");
    }

    private void begin() throws IOException {
        if (closed) {
            throw new IOException("netlink socket is closed");
        }
        if (unfinished) {
            drain();
        }
    }

    /// Reads away what an operation that broke off left behind: a dump goes on only as it is read,
    /// and keeps the next one from starting.
    private void drain() throws IOException {
        while (true) {
            try {
                long _ = Libc.recv(fd, receiveBuffer, Libc.MSG_DONTWAIT);
            } catch (ErrnoException e) {
                if (e.errno() == Errno.EAGAIN) {
                    unfinished = false;
                    return;
                }
                if (e.errno() != Errno.ENOBUFS && e.errno() != Errno.EINTR) {
                    throw e;
                }
            }
        }
    }

    private void put(NetlinkMessage request, int number, int flags) throws IOException {
        if (request.length() > sendView.remaining()) {
            throw new IOException(
                    request.what()
                            + ": "
                            + request.length()
                            + " bytes are too much for one message");
        }
        request.encodeTo(sendView, number, flags);
        while ((sendView.position() & 3) != 0) {
            sendView.put((byte) 0);
        }
    }

    private void send(Object what) throws IOException {
        unfinished = true;
        while (true) {
            try {
                long _ = Libc.send(fd, sendBuffer, sendView.position(), 0);
                return;
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EINTR) {
                    throw new IOException(what + ": " + e.getMessage(), e);
                }
            }
        }
    }

    /// The time limit is for each piece of an answer: a long dump may take longer.
    private List<NetlinkReply> receive(Object what) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            try {
                long length = Libc.recv(fd, receiveBuffer, Libc.MSG_DONTWAIT | Libc.MSG_TRUNC);
                if (length > RECEIVE_BYTES) {
                    throw new IOException(what + ": an answer of " + length + " bytes");
                }
                byte[] bytes = receiveBuffer.asSlice(0, length).toArray(JAVA_BYTE);
                return Datagram.messages(bytes);
            } catch (ErrnoException e) {
                await(what, e, deadline);
            }
        }
    }

    private void await(Object what, ErrnoException cause, long deadline) throws IOException {
        switch (cause.errno()) {
            case Errno.EINTR -> {}
            case Errno.ENOBUFS -> throw new AnswersLostException(what.toString());
            case Errno.EAGAIN -> {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new IOException(what + ": no answer from the kernel in " + TIMEOUT);
                }
                boolean _ = Libc.awaitReadable(fd, Duration.ofNanos(left));
            }
            default -> throw new IOException(what + ": " + cause.getMessage(), cause);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
            arena.close();
        }
    }
}
