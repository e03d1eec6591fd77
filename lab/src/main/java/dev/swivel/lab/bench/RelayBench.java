package dev.swivel.lab.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.swivel.lab.bench.RelayFigures.Series;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Measures ways from a client to an endpoint, in turn and several times round, so that whatever
/// else the machine does meets all of them.
final class RelayBench {
    private static final int STREAMS = 4;

    /// As many as one process may have open with both ends, where that is little; the figure is for
    /// ten thousand.
    private static final int IDLE = (int) Math.min(10_000, openFiles() * 45 / 100);

    private static final int AT_ONCE = 8;
    private static final int REQUESTERS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RelayServer server;
    private final Progress progress;
    private final Duration time;
    private final int requests;

    /// @param time of each load
    /// @param requests small requests in a round
    RelayBench(RelayServer server, Progress progress, Duration time, int requests) {
        this.server = server;
        this.progress = progress;
        this.time = time;
        this.requests = requests;
    }

    /// One way, with its proxy running.
    record Running(
            RelaySubject subject, RelayLoad load, @Nullable Process proxy, RelayFigures figures)
            implements Closeable {
        double cpuSeconds() throws IOException {
            return process().ownCpuSeconds();
        }

        ProcessFigures process() throws IOException {
            return proxy == null ? new ProcessFigures(0, 0, 0, 0) : ProcessFigures.of(proxy.pid());
        }

        @Override
        public void close() {
            if (proxy != null) {
                proxy.destroyForcibly();
                proxy.onExit().join();
            }
        }
    }

    /// Starts the proxy of a way and waits until it relays.
    static Running start(RelaySubject subject, RelayNetwork network, Path logs)
            throws IOException, InterruptedException {
        Process proxy = null;
        if (!subject.argv().isEmpty()) {
            List<String> argv = new ArrayList<>(network.onNode());
            argv.addAll(subject.argv());
            ProcessBuilder builder = new ProcessBuilder(argv);
            builder.environment().putAll(Map.of("MALLOC_ARENA_MAX", "1"));
            builder.redirectErrorStream(true);
            builder.redirectOutput(logs.resolve("relay-" + subject.name() + ".log").toFile());
            proxy = builder.start();
        }
        Running running =
                new Running(
                        subject,
                        new RelayLoad(network.client(), subject.address()),
                        proxy,
                        new RelayFigures(subject.name()));
        awaitAnswer(running);
        return running;
    }

    private static void awaitAnswer(Running running) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                running.load.requests(1, 10);
                return;
            } catch (IOException e) {
                if (System.nanoTime() - deadline > 0
                        || (running.proxy != null && !running.proxy.isAlive())) {
                    running.close();
                    throw new IOException(running.subject.name() + " does not relay", e);
                }
                Thread.sleep(200);
            }
        }
    }

    void round(Running way) throws IOException, InterruptedException {
        RelayFigures figures = way.figures();
        bulk(way);
        double seconds = time.toMillis() / 1e3;
        figures.connections.add(way.load().connections(1, time) / seconds);
        double cpu = way.cpuSeconds();
        long connections = way.load().connections(AT_ONCE, time);
        figures.connectionsAtOnce.add(connections / seconds);
        figures.cpuPerConnection.add((way.cpuSeconds() - cpu) * 1e6 / connections);
        cpu = way.cpuSeconds();
        Samples alone = way.load().requests(1, requests);
        figures.cpuPerRequest.add((way.cpuSeconds() - cpu) * 1e6 / requests);
        figures.requestMedian.add(alone.median());
        figures.requestP99.add(alone.quantile(0.99));
        figures.requests.addAll(alone.values());
        Samples crowd = way.load().requests(REQUESTERS, requests / 4);
        figures.requestsAtOnceMedian.add(crowd.median());
        figures.requestsAtOnceP99.add(crowd.quantile(0.99));
        if (way.subject().datagrams()) {
            figures.datagrams.add(way.load().datagrams(STREAMS, time) / seconds);
        }
        progress.step(
                way.subject().name(),
                String.format(
                        Locale.ROOT,
                        "%.1f Gbit/s, %.2f CPU s/GB, %.0f and %.0f connections/s, %.0f CPU µs each, %.0f/%.0f and %.0f/%.0f µs, %.1f CPU µs",
                        last(figures.gigabits),
                        last(figures.cpuPerGigabyte),
                        last(figures.connections),
                        last(figures.connectionsAtOnce),
                        last(figures.cpuPerConnection),
                        last(figures.requestMedian),
                        last(figures.requestP99),
                        last(figures.requestsAtOnceMedian),
                        last(figures.requestsAtOnceP99),
                        last(figures.cpuPerRequest)));
    }

    private static double last(Series series) {
        return series.values.isEmpty() ? Double.NaN : series.values.getLast();
    }

    private void bulk(Running way) throws IOException, InterruptedException {
        Duration lead = time.dividedBy(4);
        long[] bytes = new long[2];
        double[] cpu = new double[2];
        long[] at = new long[2];
        Thread load =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                way.load().stream(STREAMS, lead.plus(time).plus(lead));
                            } catch (IOException e) {
                                progress.line("bulk through " + way.subject().name() + ": " + e);
                            }
                        });
        for (int i = 0; i < 2; i++) {
            Thread.sleep(i == 0 ? lead : time);
            bytes[i] = server.received();
            cpu[i] = way.process().ownCpuSeconds();
            at[i] = System.nanoTime();
        }
        load.join();
        double moved = bytes[1] - bytes[0];
        way.figures().gigabits.add(moved * 8 / (at[1] - at[0]));
        if (way.proxy() != null) {
            way.figures().cpuPerGigabyte.add((cpu[1] - cpu[0]) / (moved / 1e9));
        }
    }

    /// What a proxy needs for connections that do nothing.
    void idle(Running way) throws IOException, InterruptedException {
        if (way.proxy() == null) {
            return;
        }
        double before = way.process().residentMb();
        List<SocketChannel> channels = way.load().idle(IDLE);
        try {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (server.held() < IDLE) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException(
                            "only %d of %d idle connections arrived through %s"
                                    .formatted(server.held(), IDLE, way.subject().name()));
                }
                Thread.sleep(50);
            }
            Thread.sleep(Duration.ofSeconds(3));
            way.figures().restingMb.add(before);
            way.figures().idleMb.add((way.process().residentMb() - before) * 10_000 / IDLE);
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
            server.letGo();
        }
        progress.step(
                way.subject().name(),
                String.format(
                        Locale.ROOT,
                        "%.0f MB, and %.0f more for 10,000 idle connections (%d were opened)",
                        before,
                        last(way.figures().idleMb),
                        IDLE));
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                ? os.getMaxFileDescriptorCount()
                : 1024;
    }
}
