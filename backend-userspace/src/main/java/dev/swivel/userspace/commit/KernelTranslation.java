package dev.swivel.userspace.commit;

import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.linux.conntrack.Conntrack;
import dev.swivel.linux.conntrack.Flow;
import dev.swivel.linux.conntrack.TranslatedFlow;
import dev.swivel.linux.conntrack.Tuple;
import dev.swivel.linux.libc.Errno;
import dev.swivel.linux.libc.ErrnoException;
import dev.swivel.linux.libc.Libc;
import dev.swivel.linux.libc.SocketAddresses;
import dev.swivel.userspace.render.InnerRange;
import dev.swivel.userspace.route.Origin;
import dev.swivel.userspace.route.Translation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What connection tracking knows and does.
///
/// A client's address is kept by a trick: the relay connects from an inner address, which is
/// translated into the client's, by a rule for all pods or by an entry made ahead of the first
/// packet. An answer then comes back here wherever it would come back after DNAT, also over a
/// bridge, where a transparent socket would never see it.
public final class KernelTranslation implements Translation {
    private static final Logger LOG = LoggerFactory.getLogger(KernelTranslation.class);

    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;
    private static final int IP_FREEBIND = 15;
    private static final int SO_ORIGINAL_DST = 80; // linux/netfilter_ipv4.h, and for IPv6 alike

    /// Until the first packet; from then on the kernel's timeouts count.
    private static final Duration FIRST_PACKET = Duration.ofSeconds(60);

    /// A UDP socket may be silent longer than the kernel would remember it, so its entry does not
    /// depend on packets. It is deleted with the socket; should that never come to be, it ends by
    /// itself.
    private static final Duration LONGEST_FLOW = Duration.ofDays(1);

    private static final int TRIES = 16;
    private static final int LOWEST_PORT = 1024;
    private static final Kept NOTHING = () -> {};

    private final Conntrack conntrack;
    private final MirroredSources mirrored;
    private final MemorySegment original = Arena.ofAuto().allocate(SocketAddresses.LARGEST, 4);
    private final MemorySegment bound = Arena.ofAuto().allocate(SocketAddresses.LARGEST, 4);

    private KernelTranslation(Conntrack conntrack, MirroredSources mirrored) {
        this.conntrack = conntrack;
        this.mirrored = mirrored;
    }

    /// In the network namespace of the calling thread.
    public static KernelTranslation open(MirroredSources mirrored) throws IOException {
        return new KernelTranslation(Conntrack.open(), mirrored);
    }

    @Override
    public @Nullable Origin ofTcp(int fd, IpAddress peer, int peerPort) throws IOException {
        try {
            boolean ipv4 = peer.family() == IpFamily.IPV4;
            int _ = Libc.getsockopt(fd, ipv4 ? SOL_IP : SOL_IPV6, SO_ORIGINAL_DST, original);
            return origin(
                    peer,
                    peerPort,
                    ipv4
                            ? IpAddress.ofIpv4(SocketAddresses.ipv4(original))
                            : IpAddress.ofBytes(SocketAddresses.bytes(original)),
                    SocketAddresses.port(original));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public @Nullable Origin ofUdp(IpAddress peer, int peerPort, IpAddress own, int ownPort)
            throws IOException {
        Tuple answers = new Tuple(own.toInetAddress(), ownPort, peer.toInetAddress(), peerPort);
        Optional<Flow> flow = conntrack.find(Protocol.UDP.number(), answers);
        if (flow.isEmpty() || !flow.get().reply().equals(answers)) {
            return null;
        }
        Tuple original = flow.get().original();
        return origin(
                IpAddress.of(original.source()),
                original.sourcePort(),
                IpAddress.of(original.destination()),
                original.destinationPort());
    }

    private static @Nullable Origin origin(
            IpAddress client, int clientPort, IpAddress service, int servicePort) {
        return service.equals(InnerRange.listener(service.family()))
                ? null
                : new Origin(client, clientPort, service, servicePort);
    }

    @Override
    public boolean mirrors(IpAddress client) {
        return mirrored.contains(client);
    }

    /// Two TCP connections from one port to different endpoints are fine: connecting tells when
    /// they are to the same. Nothing would tell two UDP sockets apart.
    @Override
    public void mirror(int fd, Protocol protocol, IpAddress client, int clientPort)
            throws Unavailable {
        IpAddress source = InnerRange.mirror(client);
        try {
            if (protocol == Protocol.TCP) {
                Libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
            }
            bindAnywhere(fd, source.family());
            if (!bind(fd, source, clientPort)) {
                throw new Unavailable("port " + clientPort + " of " + source + " is taken");
            }
        } catch (ErrnoException e) {
            throw new Unavailable(e);
        }
    }

    @Override
    public Kept keep(int fd, Protocol protocol, IpAddress client, int clientPort, Endpoint endpoint)
            throws Unavailable {
        try {
            return translated(fd, protocol, client, clientPort, endpoint);
        } catch (Unavailable e) {
            throw e;
        } catch (IOException e) {
            throw new Unavailable(e);
        }
    }

    private Kept translated(
            int fd, Protocol protocol, IpAddress client, int clientPort, Endpoint endpoint)
            throws IOException {
        IpAddress source = InnerRange.source(client);
        Libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1);
        bindAnywhere(fd, source.family());
        int port = clientPort;
        OptionalInt wanted = OptionalInt.of(clientPort);
        for (int tried = 0; tried < TRIES; tried++) {
            Tuple original =
                    new Tuple(
                            source.toInetAddress(),
                            port,
                            endpoint.address().toInetAddress(),
                            endpoint.port());
            TranslatedFlow flow = flow(protocol, original, client, wanted);
            if (conntrack.insert(flow)
                    || (forgetEnded(protocol, original, client) && conntrack.insert(flow))) {
                if (bind(fd, source, port)) {
                    return protocol == Protocol.UDP ? () -> forget(original) : NOTHING;
                }
                boolean _ = conntrack.delete(protocol.number(), original);
            }
            port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, 1 << 16);
            wanted = OptionalInt.empty();
        }
        throw new Unavailable("no free port for " + client + " towards " + endpoint);
    }

    /// Entries of TCP connections stay for two minutes after the end, in which a busy client comes
    /// through all its ports.
    ///
    /// @return whether there was one in the way
    private boolean forgetEnded(Protocol protocol, Tuple original, IpAddress client)
            throws IOException {
        Tuple answers =
                new Tuple(
                        original.destination(),
                        original.destinationPort(),
                        client.toInetAddress(),
                        original.sourcePort());
        boolean found = false;
        for (Tuple taken : List.of(original, answers)) {
            Optional<Flow> flow =
                    conntrack
                            .find(protocol.number(), taken)
                            .filter(f -> f.isOver() && Cleanup.isInner(f.original().source()));
            found |= flow.isPresent() && conntrack.delete(List.of(flow.get())) > 0;
        }
        return found;
    }

    private static TranslatedFlow flow(
            Protocol protocol, Tuple original, IpAddress client, OptionalInt port) {
        boolean prolonged = protocol != Protocol.UDP;
        return new TranslatedFlow(
                protocol.number(),
                original,
                client.toInetAddress(),
                port,
                prolonged ? FIRST_PACKET : LONGEST_FLOW,
                prolonged);
    }

    /// A route is enough to bind to an IPv4 address.
    private static void bindAnywhere(int fd, IpFamily family) throws ErrnoException {
        if (family == IpFamily.IPV6) {
            Libc.setsockopt(fd, SOL_IP, IP_FREEBIND, 1);
        }
    }

    /// @return false if the port is taken, or is not for everybody
    private boolean bind(int fd, IpAddress address, int port) throws ErrnoException {
        try {
            int size = SocketAddresses.write(bound, address.bytes(), port);
            Libc.bind(fd, bound.asSlice(0, size));
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EADDRINUSE || e.errno() == Errno.EACCES) {
                return false;
            }
            throw e;
        }
    }

    private void forget(Tuple original) {
        try {
            boolean _ = conntrack.delete(Protocol.UDP.number(), original);
        } catch (IOException e) {
            LOG.debug("the entry of {} stays until it ends by itself", original, e);
        }
    }

    @Override
    public void close() {
        conntrack.close();
    }
}
