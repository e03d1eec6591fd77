package dev.swivel.userspace.relay;

import dev.swivel.core.model.IpAddress;
import dev.swivel.linux.datagram.DatagramBatch;
import dev.swivel.userspace.pool.Member;
import dev.swivel.userspace.route.Arrival;
import dev.swivel.userspace.route.SourceChoice;
import dev.swivel.userspace.route.Translation.Kept;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one client sends to one service port, on its way to one endpoint: a connected socket, which
/// takes the endpoint's answers and nobody else's.
final class UdpFlow {
    private static final Logger log = LoggerFactory.getLogger(UdpFlow.class);

    /// Who sends, as the listener sees it.
    record Key(UdpListener listener, IpAddress peer, int port) {}

    private final UdpRelay relay;
    private final Key key;
    private final Member member;
    private final UdpSide endpoint;
    private final byte[] peer;
    private final @Nullable Kept source;
    private final long since = System.nanoTime();
    private @Nullable UdpSide client;
    private boolean answered;
    private boolean spoken;
    private boolean repeated;
    private boolean conversing;
    private boolean closed;

    UdpFlow(UdpRelay relay, Key key, Arrival arrival, Member member, SourceChoice choice)
            throws IOException {
        this.relay = relay;
        this.key = key;
        this.member = member;
        this.peer = key.peer().bytes();
        Outlet outlet = Outlet.towards(member, arrival, choice, relay.loop(), since, false);
        this.source = outlet.kept();
        this.endpoint = new UdpSide(outlet.socket(), relay.loop(), _ -> answers());
        endpoint.listen();
        member.opened();
    }

    Key key() {
        return key;
    }

    /// Whether its endpoint is still one of the service.
    boolean serves() {
        return !closed && !member.left();
    }

    boolean answered() {
        return answered;
    }

    /// Whether it is no more than a question yet, with an answer or without.
    boolean isQuestion() {
        return !repeated && !conversing;
    }

    /// Whether it has lasted longer than a question and its answer.
    boolean lasting(long now) {
        return answered && now - since > UdpRelay.STREAM_AFTER;
    }

    /// Takes its client along when the listener stops: what the two have begun goes on here. A
    /// question that was asked once can be asked of anybody.
    void stay() {
        if (closed || !repeated || client != null) {
            return;
        }
        try {
            client = key.listener().only(key.peer(), key.port());
        } catch (IOException e) {
            log.debug("{} goes on elsewhere: {}", key, e.getMessage());
        }
    }

    /// Passes datagrams of the client on.
    ///
    /// @return whether the endpoint is there to take them
    boolean send(DatagramBatch batch, int from, int count) {
        if (closed) {
            return true;
        }
        int sent = batch.send(endpoint.number(), from, count);
        if (sent < 0 && Sockets.isRefusal(-sent)) {
            member.failed(System.nanoTime());
            return false;
        }
        repeated |= spoken;
        spoken = true;
        member.moved(batch.bytes(from, Math.max(sent, 0)), 0);
        return true;
    }

    void close() {
        if (!closed) {
            closed = true;
            endpoint.close();
            UdpSide own = client;
            if (own != null) {
                own.close();
            }
            member.closed();
            Kept kept = source;
            if (kept != null) {
                kept.close();
            }
        }
    }

    private void answers() {
        DatagramBatch batch = relay.batch();
        for (int turn = 0; turn < UdpRelay.TURN && !closed; turn++) {
            int count = batch.receive(endpoint.number());
            if (count > 0) {
                pass(batch, count);
            } else if (Sockets.isRefusal(-count)) {
                member.failed(System.nanoTime());
                relay.forget(this);
            }
            if (count < batch.size()) {
                return;
            }
        }
        relay.loop().events().execute(this::answers);
    }

    private void pass(DatagramBatch batch, int count) {
        conversing |= answered;
        if (!answered) {
            answered = true;
            long now = System.nanoTime();
            member.connected(now - since);
            member.answered(now - since, now);
        }
        int sent = batch.sendTo(key.listener().number(), 0, count, peer, key.port());
        member.moved(0, batch.bytes(0, Math.max(sent, 0)));
        relay.used(this);
    }
}
