package dev.swivel.lab.bench;

import dev.swivel.lab.cluster.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// How often a proxy has synced, by the metric that kube-proxy and Swivel have in common.
final class Commits {
    private static final int METRICS_PORT = 10249;
    private static final String METRIC = "kubeproxy_sync_proxy_rules_duration_seconds_count";

    private Commits() {}

    /// The syncs so far, in all families.
    static long of(Node node) throws IOException {
        return node.place().thread().call(Commits::scrape);
    }

    private static long scrape() throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), METRICS_PORT);
        try (SocketChannel connection = SocketChannel.open(address)) {
            Channels.newOutputStream(connection)
                    .write(
                            "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(
                            Channels.newInputStream(connection).readAllBytes(),
                            StandardCharsets.UTF_8);
            return answer.lines()
                    .filter(line -> line.startsWith(METRIC))
                    .mapToLong(line ->
                            (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }
}
