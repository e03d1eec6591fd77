package dev.swivel.lab.bench;

import dev.swivel.lab.cluster.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How long `connect(2)` takes on the ways to a pod, in microseconds. The ways take turns, so that
/// whatever else the machine does meets all of them.
final class ConnectTimes {
    private static final int WARM_UP = 300;
    private static final int IMPATIENCE_MS = 20;

    private ConnectTimes() {}

    static Map<String, Samples> measure(
            Pod client, Map<String, InetSocketAddress> ways, int connections) throws IOException {
        return client.place()
                .thread()
                .call(() -> {
                    Map<String, List<Double>> times = new LinkedHashMap<>();
                    ways.keySet().forEach(way -> times.put(way, new ArrayList<>(connections)));
                    for (int i = -WARM_UP; i < connections; i++) {
                        for (var way : ways.entrySet()) {
                            double micros = connect(way.getValue());
                            if (i >= 0) {
                                times.getOrDefault(way.getKey(), List.of()).add(micros);
                            }
                        }
                    }
                    Map<String, Samples> samples = new LinkedHashMap<>();
                    times.forEach((way, values) -> samples.put(way, new Samples(values)));
                    return samples;
                });
    }

    /// Whether all can be connected to. Gives up on each at once: a SYN that was sent too early
    /// would be sent again only after a second.
    static boolean reachable(Pod client, List<InetSocketAddress> targets) throws IOException {
        return client.place()
                .thread()
                .call(() -> {
                    for (InetSocketAddress target : targets) {
                        try (SocketChannel channel =
                                SocketChannel.open(StandardProtocolFamily.INET)) {
                            channel.socket().connect(target, IMPATIENCE_MS);
                        } catch (SocketTimeoutException | SocketException _) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static double connect(InetSocketAddress target) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET)) {
            // Ends by RST: thousands of ports in TIME_WAIT would be measured, too.
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            long start = System.nanoTime();
            boolean _ = channel.connect(target);
            return (System.nanoTime() - start) / 1e3;
        }
    }
}
