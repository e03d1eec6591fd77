package dev.swivel.lab.bench;

import dev.swivel.linux.exec.Command;
import dev.swivel.linux.exec.CommandException;
import dev.swivel.linux.netns.NamespaceThread;
import dev.swivel.linux.netns.NetworkNamespace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A client, a node and an endpoint in a row, each a network namespace: what goes from one end to
/// the other is forwarded by the node, or relayed by a proxy on it.
final class RelayNetwork implements AutoCloseable {
    static final String CLIENT = "10.77.1.2";

    /// The client, when it asks [RelaySubject#KEPT_SERVICE].
    static final String KEPT_CLIENT = "10.77.1.3";

    static final String NODE = "10.77.1.1";

    /// The node, for what was addressed to [RelaySubject#CAPTURED_ADDRESS].
    static final String CAPTURED_NODE = "10.77.1.4";

    static final String ENDPOINT = "10.77.2.2";

    private final NetworkNamespace client;
    private final NetworkNamespace node;
    private final NetworkNamespace endpoint;
    private final NamespaceThread clientThread;
    private final NamespaceThread endpointThread;
    private boolean closed;

    private RelayNetwork(String prefix) throws CommandException {
        client = NetworkNamespace.create(prefix + "-client");
        node = NetworkNamespace.create(prefix + "-node");
        endpoint = NetworkNamespace.create(prefix + "-endpoint");
        clientThread = client.thread();
        endpointThread = endpoint.thread();
    }

    static RelayNetwork create() throws CommandException {
        RelayNetwork network = new RelayNetwork("swivel-relay-" + ProcessHandle.current().pid());
        network.wire();
        return network;
    }

    private void wire() throws CommandException {
        batch(
                client,
                "link set lo up",
                "link add toward type veth peer name client netns " + node.name(),
                "addr add " + CLIENT + "/24 dev toward",
                "addr add " + KEPT_CLIENT + "/24 dev toward",
                "link set toward up");
        batch(
                endpoint,
                "link set lo up",
                "link add toward type veth peer name endpoint netns " + node.name(),
                "addr add " + ENDPOINT + "/24 dev toward",
                "link set toward up");
        batch(
                node,
                "link set lo up",
                "addr add " + NODE + "/24 dev client",
                "addr add " + CAPTURED_NODE + "/24 dev client",
                "addr add 10.77.2.1/24 dev endpoint",
                "link set client up",
                "link set endpoint up");
        batch(
                client,
                "route add default via " + NODE,
                "route add %s via %s src %s"
                        .formatted(RelaySubject.KEPT_SERVICE, NODE, KEPT_CLIENT));
        batch(endpoint, "route add default via 10.77.2.1");
        sysctl(node, "net.ipv4.ip_forward=1");
        List<String> capture = new ArrayList<>(onNode());
        capture.addAll(List.of("iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp"));
        capture.addAll(List.of("-d", RelaySubject.CAPTURED_ADDRESS));
        capture.addAll(List.of("-j", "DNAT", "--to-destination", CAPTURED_NODE));
        Command.of(capture).run();
        for (NetworkNamespace each : List.of(client, node, endpoint)) {
            // So that thousands of short connections a second find ports.
            sysctl(each, "net.ipv4.ip_local_port_range=1024 65535", "net.ipv4.tcp_tw_reuse=1");
        }
    }

    /// Where the client's sockets are opened.
    NamespaceThread client() {
        return clientThread;
    }

    /// Where the endpoint's sockets are opened.
    NamespaceThread endpoint() {
        return endpointThread;
    }

    /// What comes before a command that runs on the node.
    List<String> onNode() {
        return List.of("ip", "netns", "exec", node.name());
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        clientThread.close();
        endpointThread.close();
        client.close();
        node.close();
        endpoint.close();
    }

    private static void batch(NetworkNamespace namespace, String... lines) throws CommandException {
        byte[] script = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        Command.of("ip", "-netns", namespace.name(), "-batch", "-").withInput(script).run();
    }

    private static void sysctl(NetworkNamespace namespace, String... settings)
            throws CommandException {
        for (String setting : settings) {
            Command.of("ip", "netns", "exec", namespace.name(), "sysctl", "-qw", setting).run();
        }
    }
}
