package dev.swivel.userspace.relay;

import static java.util.Objects.requireNonNull;

import dev.swivel.userspace.route.Routing;
import dev.swivel.userspace.route.Translation;
import dev.swivel.userspace.route.Way;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/// The TCP and UDP relays of a proxy, and their event loops.
public final class Relays implements AutoCloseable {
    /// Where to listen, TCP and UDP alike.
    ///
    /// @param address an address that is local by a route; it need not be on an interface
    public record Listen(InetSocketAddress address, Way way) {}

    private final MultiThreadIoEventLoopGroup group;
    private final List<Loop> loops = new ArrayList<>();
    private final List<TcpListener> listeners = new ArrayList<>();
    private final List<UdpRelay> udp = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final Routing routing;
    private final ConnectionLimit connections;
    private boolean accepting = true;

    private Relays(
            Routing routing,
            Translation.Source translations,
            RelaySettings settings,
            MeterRegistry meters)
            throws IOException {
        NativeSockets.load();
        Descriptors descriptors = Descriptors.of(settings);
        connections =
                new ConnectionLimit(
                        "TCP connections",
                        descriptors.connections(),
                        ", and --userspace-max-connections if it is set,");
        ConnectionLimit flows = new ConnectionLimit("UDP flows", descriptors.flows(), "");
        Shortage ports =
                new Shortage(
                        "This node cannot connect to {}: no port is left, or connection tracking is full"
                                + " (nf_conntrack_max). Connections go to other endpoints, or are refused");
        Shortage hops =
                new Shortage(
                        "What is for {} has gone round in circles: an endpoint leads back to a Service."
                                + " It is reset");
        this.routing = routing;
        Map<ThreadAwareExecutor, Readiness> waiting = new HashMap<>();
        group =
                new MultiThreadIoEventLoopGroup(
                        settings.eventLoops(),
                        new DefaultThreadFactory("relay", true),
                        executor -> {
                            Readiness made = new Readiness(executor, settings.busyPoll());
                            waiting.put(executor, made);
                            return made;
                        });
        for (EventExecutor executor : group) {
            Loop loop =
                    new Loop(
                            (IoEventLoop) executor,
                            requireNonNull(waiting.get(executor)),
                            loops,
                            settings,
                            translations.open(),
                            ports,
                            hops,
                            descriptors.pipes() / settings.eventLoops());
            loops.add(loop);
            udp.add(
                    new UdpRelay(
                            loop, routing, descriptors.flows() / settings.eventLoops(), flows));
        }
        show(meters, "swivel.userspace.tcp.connections", connections);
        show(meters, "swivel.userspace.udp.flows", flows);
        FunctionCounter.builder("swivel.userspace.ports.exhausted", ports, Shortage::count)
                .description(
                        "Attempts for which no port or no entry of connection tracking was left")
                .register(meters);
        FunctionCounter.builder("swivel.userspace.circles", hops, Shortage::count)
                .description("What was relayed until its hop limit was reached, and then refused")
                .register(meters);
    }

    private static void show(MeterRegistry meters, String prefix, ConnectionLimit limit) {
        Gauge.builder(prefix, limit, ConnectionLimit::count)
                .description("Open now")
                .register(meters);
        Gauge.builder(prefix + ".limit", limit, ConnectionLimit::most)
                .description("As many as may be open at a time")
                .register(meters);
        FunctionCounter.builder(prefix + ".refused", limit, ConnectionLimit::refused)
                .description("Refused for want of room")
                .register(meters);
    }

    /// Opens all listeners, a socket per event loop, or none.
    ///
    /// @param translations each event loop opens one
    /// @throws IOException if an address cannot be had; the message names it
    public static Relays start(
            List<Listen> listens,
            Routing routing,
            Translation.Source translations,
            RelaySettings settings,
            MeterRegistry meters)
            throws IOException {
        Relays relays = new Relays(routing, translations, settings, meters);
        try {
            relays.listen(listens);
        } catch (IOException e) {
            relays.close();
            throw e;
        }
        return relays;
    }

    /// Opens more listeners, or none of them.
    ///
    /// @throws IOException if an address cannot be had; the message names it
    public void listen(List<Listen> listens) throws IOException {
        List<TcpListener> tcp = new ArrayList<>();
        List<UdpListener> datagrams = new ArrayList<>();
        List<InetSocketAddress> chosen = new ArrayList<>();
        try {
            for (Listen listen : listens) {
                chosen.add(open(listen, tcp, datagrams));
            }
        } catch (IOException e) {
            onEach(tcp, TcpListener::loop, TcpListener::close);
            onEach(datagrams, UdpListener::loop, UdpListener::close);
            throw e;
        }
        onEach(tcp, TcpListener::loop, TcpListener::start);
        onEach(datagrams, UdpListener::loop, UdpListener::start);
        listeners.addAll(tcp);
        addresses.addAll(chosen);
    }

    /// Where the listeners are, in the order in which they were asked for, with the ports chosen.
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /// Stops accepting: connections and flows live on, new ones are refused.
    public void stopAccepting() {
        if (accepting) {
            accepting = false;
            onEach(listeners, TcpListener::loop, TcpListener::close);
            onEach(udp, UdpRelay::loop, UdpRelay::stopAccepting);
        }
    }

    /// Stops accepting, waits until no connection is left and no UDP flow is in use, or the time is
    /// over, then resets the rest.
    ///
    /// @return connections that had to be cut
    public int drain(Duration grace) throws InterruptedException {
        stopAccepting();
        long end = System.nanoTime() + grace.toNanos();
        while ((connections.count() > 0 || udp.stream().anyMatch(UdpRelay::inUse))
                && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        int left = connections.count();
        close();
        return left;
    }

    /// Closes everything now: connections are reset.
    @Override
    public void close() {
        if (group.isShuttingDown()) {
            return;
        }
        stopAccepting();
        onEach(udp, UdpRelay::loop, UdpRelay::close);
        onEach(loops, loop -> loop, Loop::close);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private InetSocketAddress open(
            Listen listen, List<TcpListener> tcp, List<UdpListener> datagrams) throws IOException {
        InetSocketAddress address = listen.address();
        for (Loop loop : loops) {
            TcpListener listener = new TcpListener(loop, listen, address, routing, connections);
            tcp.add(listener);
            address = new InetSocketAddress(address.getAddress(), listener.address().getPort());
        }
        for (UdpRelay relay : udp) {
            datagrams.add(new UdpListener(relay, listen, address));
        }
        return address;
    }

    /// Does it on each one's own loop, and waits.
    private static <T> void onEach(List<T> all, Function<T, Loop> loop, Consumer<T> action) {
        List<Future<?>> running = new ArrayList<>();
        for (T one : all) {
            running.add(loop.apply(one).events().submit(() -> action.accept(one)));
        }
        running.forEach(Future::syncUninterruptibly);
    }
}
