package dev.swivel.userspace.relay;

import dev.swivel.core.model.Disposition.EndpointSet;
import dev.swivel.core.model.Endpoint;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Protocol;
import dev.swivel.userspace.pool.PoolDefaults;
import dev.swivel.userspace.pool.Ports;
import dev.swivel.userspace.pool.ServicePool;
import dev.swivel.userspace.pool.ServicePools;
import dev.swivel.userspace.relay.Relays.Listen;
import dev.swivel.userspace.route.Route;
import dev.swivel.userspace.route.SourceChoice;
import dev.swivel.userspace.route.Way;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A relay on the loopback with one service behind it, without anything that captures traffic.
final class RelayBed implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ServicePool service;
    final Relays relays;
    final InetSocketAddress address;
    private final Protocol protocol;

    /// There is no translation here: a source that is to be kept never can be.
    volatile SourceChoice source = SourceChoice.MASQUERADE;

    RelayBed(Protocol protocol, RelaySettings settings) throws IOException {
        this(protocol, settings, new InetSocketAddress(LOOPBACK, 0));
    }

    RelayBed(Protocol protocol, RelaySettings settings, InetSocketAddress at) throws IOException {
        this.protocol = protocol;
        service =
                new ServicePools(meters, PoolDefaults.STANDARD)
                        .open(Ports.name(protocol), IpFamily.IPV4);
        Route route =
                new Route(
                        service.pool(EndpointSet.CLUSTER),
                        (client, endpoint) -> source.of(client, endpoint));
        relays =
                Relays.start(
                        List.of(new Listen(at, Way.LOCAL_POD)),
                        arrival -> arrival.protocol() == protocol ? route : null,
                        Untranslated::new,
                        settings,
                        meters);
        address = relays.addresses().getFirst();
    }

    static RelaySettings settings() {
        return new RelaySettings(
                2,
                0,
                0,
                Duration.ofMillis(300),
                Duration.ofDays(5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Duration.ofNanos(50_000),
                0);
    }

    RelayBed serve(Map<String, String> options, Endpoint... endpoints) {
        service.update(Ports.port(protocol, List.of(endpoints), 0, options));
        return this;
    }

    RelayBed serve(Endpoint... endpoints) {
        return serve(Map.of(), endpoints);
    }

    static Endpoint endpoint(int port) {
        return new Endpoint(IpAddress.of(LOOPBACK), port, true);
    }

    static Endpoint endpoint(ServerSocket server) {
        return endpoint(server.getLocalPort());
    }

    static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 50, LOOPBACK);
    }

    /// An endpoint where nobody listens.
    static Endpoint refusing() throws IOException {
        try (ServerSocket gone = listen()) {
            return endpoint(gone);
        }
    }

    Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(20_000);
        socket.connect(address);
        return socket;
    }

    double service(String name, String... tags) {
        return meters.get("swivel.userspace.service." + name).tags(tags).functionCounter().count();
    }

    double open() {
        return meters.get("swivel.userspace.tcp.connections").gauge().value();
    }

    @Override
    public void close() {
        relays.close();
    }
}
