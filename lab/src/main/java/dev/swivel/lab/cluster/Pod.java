package dev.swivel.lab.cluster;

import dev.swivel.lab.traffic.Place;
import dev.swivel.lab.traffic.Server;
import dev.swivel.lab.traffic.ServerName;
import dev.swivel.lab.traffic.TcpServer;
import dev.swivel.lab.traffic.UdpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// A pod: one network, in which one or more containers answer on their ports.
public final class Pod extends Machine {
    private final PodSpec spec;
    private final Node node;
    private final List<Server> servers = new ArrayList<>();

    private Pod(
            PodSpec spec,
            Node node,
            String namespace,
            Place place,
            DualStack<InetAddress> addresses) {
        super(namespace, place, addresses);
        this.spec = spec;
        this.node = node;
    }

    /// A pod in a namespace of its own.
    static Pod start(PodSpec spec, Node node, PodNetwork.PodPlace plan, Place place)
            throws IOException {
        var addresses = node.podRange().map(range -> range.host(plan.host()));
        return new Pod(spec, node, plan.namespace(), place, addresses).open(place);
    }

    /// A pod on its node's network.
    static Pod startOnHostNetwork(PodSpec spec, Node node) throws IOException {
        var place = new Place(spec.name(), node.place().thread());
        return new Pod(spec, node, node.namespace(), place, node.addresses()).open(place);
    }

    public PodSpec spec() {
        return spec;
    }

    public Node node() {
        return node;
    }

    public List<Server> servers() {
        return List.copyOf(servers);
    }

    /// The server on this port, to make it slow, silent or absent.
    public TcpServer tcpServer(int port) {
        return server(TcpServer.class, port);
    }

    /// The server on this port, to make it slow, silent or absent.
    public UdpServer udpServer(int port) {
        return server(UdpServer.class, port);
    }

    @Override
    void shutDown() {
        servers.forEach(Server::close);
        if (!spec.hostNetwork()) {
            super.shutDown();
        }
    }

    private Pod open(Place place) throws IOException {
        try {
            for (var container : spec.containers()) {
                var server = new ServerName(spec.name(), container.name(), spec.node());
                for (int port : container.tcp()) {
                    servers.add(TcpServer.listen(server, place, port));
                }
                for (int port : container.udp()) {
                    var addresses = spec.hostNetwork() ? node.listenAddresses() : listenAddresses();
                    servers.add(UdpServer.listen(server, place, addresses, port));
                }
            }
            return this;
        } catch (IOException e) {
            servers.forEach(Server::close);
            throw new IOException("pod " + spec.name() + ": " + e.getMessage(), e);
        }
    }

    private <S extends Server> S server(Class<S> kind, int port) {
        return servers.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(server -> server.port() == port)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "pod %s has no %s on port %d"
                                        .formatted(name(), kind.getSimpleName(), port)));
    }
}
