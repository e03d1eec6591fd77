package dev.swivel.userspace.relay;

import static java.util.Objects.requireNonNull;

import dev.swivel.userspace.pool.Member;
import dev.swivel.userspace.route.Arrival;
import dev.swivel.userspace.route.Route;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client's connection and the one to its endpoint, both on one event loop: connecting, with a
/// retry on the next endpoint as long as nothing was sent, and without a look at the client; then a
/// [Flow] each way, until both have ended or one side breaks. What one side does is passed on: the
/// end of its sending, or a reset.
final class TcpConnection {
    /// Endpoints that one connection tries, at most.
    private static final int MOST_ATTEMPTS = 8;

    /// When one side has ended, the other may be silent this long (conntrack's close-wait time as
    /// kube-proxy sets it).
    private static final int HALF_CLOSED_SECONDS = 3600;

    private static final Logger log = LoggerFactory.getLogger(TcpConnection.class);

    private final ConnectionLimit limit;
    private final Arrival arrival;
    private final Route route;
    private final End client;
    private final List<Member> tried = new ArrayList<>(1);
    private @Nullable Member member;
    private final Flow toEndpoint;
    private Loop loop;
    private @Nullable End endpoint;
    private @Nullable Flow toClient;
    private int attempt;
    private boolean connecting;
    private boolean closed;
    private boolean again;
    private boolean hearsClient;
    private boolean answered;
    private boolean lasting;
    private boolean settled;
    private boolean joinsAck;
    private boolean keptAlive;
    private long since;
    private int active;

    /// The [Loop]'s own.
    int place = -1;

    TcpConnection(Loop loop, ConnectionLimit limit, Socket client, Arrival arrival, Route route) {
        this.loop = loop;
        this.limit = limit;
        this.client = new End(client, this, loop).ofListener();
        this.client.readable = true;
        this.toEndpoint = new Flow(this.client);
        this.arrival = arrival;
        this.route = route;
        this.active = loop.seconds();
    }

    /// Looks for an endpoint.
    void open() {
        loop.add(this);
        try {
            connect();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /// Whether that attempt waits for an answer.
    boolean attempting(int number) {
        return connecting && attempt == number;
    }

    /// The endpoint is silent.
    void timedOut() {
        next();
    }

    /// Something went wrong that nobody thought of: it must not stop the loop, which carries
    /// others.
    void fail(RuntimeException cause) {
        log.error(
                "Connection {} is reset by a mistake in Swivel, please report this",
                arrival,
                cause);
        reset();
    }

    /// The kernel has news of one end.
    void ready(End end) {
        if (closed) {
            return;
        }
        if (!connecting) {
            move();
        } else if (end != client) {
            finishConnect(end);
        } else if (client.failed) {
            reset();
        }
    }

    /// Looks after itself, once a second: counts bytes, ends when idle or drained.
    void look(long now) {
        count();
        keepAlive();
        Member chosen = member;
        Duration idle = loop.settings().idleTimeout();
        int silent = loop.seconds() - active;
        if ((!idle.isZero() && silent >= idle.toSeconds())
                || (silent >= halfClosedSeconds() && halfClosed())
                || (chosen != null && chosen.drained(now, route.pool().drainNanos()))) {
            reset();
        }
    }

    /// Ends both sides with a reset.
    void reset() {
        if (closed) {
            return;
        }
        leave();
        client.reset();
        End other = endpoint;
        if (other != null) {
            other.reset();
        }
    }

    private void connect() {
        long now = System.nanoTime();
        Member chosen =
                tried.size() < MOST_ATTEMPTS
                        ? route.pool().pick(arrival.client(), arrival.clientPort(), tried, now)
                        : null;
        if (chosen == null) {
            route.pool().refused();
            reset();
            return;
        }
        if (!tried.isEmpty()) {
            tried.getLast().retried();
        }
        member = chosen;
        chosen.opened();
        tried.add(chosen);
        attempt++;
        connecting = true;
        since = now;
        keptAlive = false;
        if (!hearClient()) {
            return;
        }
        try {
            boolean header = route.pool().proxyProtocol();
            boolean speaks = toEndpoint.waiting();
            if (header) {
                toEndpoint.hold(loop);
            }
            joinsAck = speaks || header;
            // The kernel sees when a TCP connection has ended: nobody has to say so.
            Outlet outlet = Outlet.towards(chosen, arrival, route.source(), loop, now, joinsAck);
            End end = new End(outlet.socket(), this, loop);
            endpoint = end;
            toEndpoint.to(end);
            // An endpoint on this node has answered before connect returns.
            if ((speaks && !header) ? toEndpoint.begin(loop) : end.connected()) {
                end.listen();
                finishConnect(end);
            } else {
                end.listenToAll();
                loop.time(this, attempt, now);
            }
        } catch (IOException e) {
            if (Sockets.isOutOfFiles(e)) {
                limit.refuse(
                        "No socket towards " + chosen.endpoint() + " (" + e.getMessage() + ")");
                another(chosen);
            } else if (Sockets.isOutOfPorts(e)) {
                loop.ports().tell(chosen.endpoint() + " (" + e.getMessage() + ")");
                another(chosen);
            } else {
                next();
            }
        } catch (NotYetConnectedException _) {
            next();
        }
    }

    /// Takes what the client has sent by now, which most have: it can go out with the handshake.
    ///
    /// @return false if the client is gone
    private boolean hearClient() {
        try {
            toEndpoint.hear(loop);
            return true;
        } catch (IOException | NotYetConnectedException _) {
            reset();
            return false;
        }
    }

    private void finishConnect(End end) {
        Member chosen = requireNonNull(member);
        try {
            // Before it is connected, the kernel has nothing to say but that it failed.
            if (end.failed && !end.fd().finishConnect()) {
                return;
            }
            connecting = false;
            chosen.connected(System.nanoTime() - since);
            if (route.pool().proxyProtocol()) {
                ProxyHeader.send(end.fd(), arrival, loop);
            }
        } catch (IOException _) {
            next();
            return;
        }
        Flow back = new Flow(end);
        back.to(client);
        toClient = back;
        // Most clients have sent something by now: looking costs less than being told.
        client.readable |= !toEndpoint.touched();
        move();
        if (!closed && !hearsClient) {
            hearsClient = true;
            client.listen();
        }
    }

    /// This endpoint did not take the connection: the next one may.
    private void next() {
        Member failed = requireNonNull(member);
        failed.failed(System.nanoTime());
        another(failed);
    }

    private void another(Member than) {
        connecting = false;
        than.closed();
        member = null;
        toEndpoint.to(null);
        forgetAnswers();
        End end = endpoint;
        if (end != null) {
            endpoint = null;
            end.close();
        }
        connect();
    }

    private void move() {
        Flow there = toEndpoint;
        Flow back = requireNonNull(toClient);
        active = loop.seconds();
        long before = answered ? there.moved() : Long.MAX_VALUE;
        try {
            boolean moreThere = there.move(loop);
            boolean moreBack = back.move(loop);
            if (!answered && back.touched()) {
                answered = true;
                long now = System.nanoTime();
                requireNonNull(member).answered(now - since, now);
            }
            if (there.over() && back.over()) {
                close();
                return;
            }
            if (there.over()) {
                there.shut();
            }
            if (back.over()) {
                back.shut();
            }
            if (joinsAck && back.touched()) {
                joinsAck = false;
                if (!back.over()) {
                    Sockets.acknowledge(requireNonNull(endpoint).fd(), true);
                }
            }
            lasting |= there.moved() > before || there.streams() || back.streams();
            if ((moreThere || moreBack) && !again) {
                again = true;
                loop.events().execute(this::moveAgain);
            } else if (lasting && !settled && !again && hearsClient) {
                settle(there, back);
            }
        } catch (IOException | NotYetConnectedException _) {
            // The latter is Netty's for ENOTCONN: one side was reset meanwhile.
            broken(there, back);
        }
    }

    /// It turned out to be more than a question and an answer: it goes where there are few of that
    /// kind, once it has nothing in its hands.
    private void settle(Flow there, Flow back) {
        if (!there.empty() || !back.empty()) {
            return;
        }
        settled = true;
        Loop next = loop.settle();
        if (next != loop) {
            loop.remove(this);
            client.moveTo(next);
            requireNonNull(endpoint).moveTo(next);
            loop = next;
            next.events().execute(this::arrive);
        }
    }

    private void arrive() {
        loop.add(this);
        active = loop.seconds();
        try {
            if (!closed) {
                client.listen();
                requireNonNull(endpoint).listen();
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void moveAgain() {
        again = false;
        if (!closed && !connecting) {
            try {
                move();
            } catch (RuntimeException e) {
                fail(e);
            }
        }
    }

    private void broken(Flow there, Flow back) {
        End end = endpoint;
        if (end == null || !end.failed) {
            reset();
        } else if (!there.passed() && !back.touched() && !client.failed) {
            next();
        } else {
            requireNonNull(member).reset();
            reset();
        }
    }

    private void close() {
        leave();
        client.close();
        End other = endpoint;
        if (other != null) {
            other.close();
        }
    }

    private void leave() {
        closed = true;
        connecting = false;
        loop.remove(this);
        if (settled) {
            loop.unsettle();
        }
        limit.closed();
        count();
        toEndpoint.close(loop);
        forgetAnswers();
        Member chosen = member;
        if (chosen != null) {
            member = null;
            chosen.closed();
        }
    }

    /// Clients that gave up on a silent endpoint leave such connections. They must not keep out
    /// others for an hour.
    private long halfClosedSeconds() {
        return limit.crowded()
                ? Math.min(HALF_CLOSED_SECONDS, loop.settings().crowdedTimeout().toSeconds())
                : HALF_CLOSED_SECONDS;
    }

    private boolean halfClosed() {
        Flow back = toClient;
        return back != null && (toEndpoint.over() || back.over());
    }

    private void forgetAnswers() {
        Flow back = toClient;
        if (back != null) {
            back.close(loop);
            toClient = null;
        }
    }

    private void keepAlive() {
        End end = endpoint;
        if (!keptAlive && end != null) {
            keptAlive = true;
            Sockets.keepAlive(end.fd());
        }
    }

    private void count() {
        Member chosen = member;
        Flow back = toClient;
        if (chosen != null && back != null) {
            long sent = toEndpoint.takeMoved();
            long received = back.takeMoved();
            if (sent + received > 0) {
                chosen.moved(sent, received);
            }
        }
    }
}
