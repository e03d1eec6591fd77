package dev.swivel.lab.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.swivel.lab.bench.RelayFigures.Pool;
import dev.swivel.lab.bench.RelayFigures.Series;
import dev.swivel.linux.libc.Libc;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Measures ways from a client to an endpoint, in turn and several times round, so that whatever
/// else the machine does meets all of them.
final class RelayBench {
    private static final int STREAMS = 4;

    /// As many as one process may have open with both ends, where that is little.
    private static final long MOST_IDLE = openFiles() * 45 / 100;

    private static final int AT_ONCE = 8;
    private static final int REQUESTERS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RelayServer server;
    private final Progress progress;
    private final Duration piece;

    /// @param piece how long a load is taken through a way at a time; some take several of these
    RelayBench(RelayServer server, Progress progress, Duration piece) {
        this.server = server;
        this.progress = progress;
        this.piece = piece;
    }

    /// One way, with its proxy running.
    ///
    /// @param own whether the proxy was started for it
    record Running(
            RelaySubject subject,
            RelayLoad load,
            @Nullable Process proxy,
            RelayFigures figures,
            boolean own)
            implements Closeable {
        /// The same proxy, asked elsewhere; it is closed with this one.
        Running asked(RelaySubject elsewhere, RelayNetwork network) {
            return new Running(
                    elsewhere,
                    new RelayLoad(network.client(), elsewhere.address()),
                    proxy,
                    new RelayFigures(elsewhere.name()),
                    false);
        }

        /// The same proxy with its figures thrown away.
        Running afresh() {
            return new Running(subject, load, proxy, new RelayFigures(subject.name()), own);
        }

        double cpuSeconds() throws IOException {
            return proxy == null ? 0 : Libc.processorNanos((int) proxy.pid()) / 1e9;
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
            builder.environment().put("MALLOC_ARENA_MAX", "1");
            builder.environment().putAll(subject.environment());
            builder.redirectErrorStream(true);
            builder.redirectOutput(logs.resolve("relay-" + subject.name() + ".log").toFile());
            proxy = builder.start();
        }
        Running running =
                new Running(
                        subject,
                        new RelayLoad(network.client(), subject.address()),
                        proxy,
                        new RelayFigures(subject.name()),
                        true);
        awaitAnswer(running);
        return running;
    }

    private static void awaitAnswer(Running running) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                running.load.requests(1, Duration.ofMillis(1));
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

    /// Takes each load through all ways in turn, in another order each time; loads whose figures
    /// vary more are taken more often.
    void round(List<Running> ways, int number) throws IOException, InterruptedException {
        if (number % 3 == 1) {
            inTurn(ways, number, this::bulk);
            inTurn(ways, number, this::datagrams);
        }
        if (number % 2 == 1) {
            inTurn(ways, number, this::connections);
        }
        inTurn(ways, number, this::connectionsAtOnce);
        inTurn(ways, number, this::requests);
        inTurn(ways, number, this::requestsAwake);
        inTurn(ways, number, this::requestsAtOnce);
        inTurn(ways, number + 1, this::connectionsAtOnce);
        inTurn(ways, number + 1, this::requests);
        ways.forEach(this::tell);
    }

    private interface Load {
        void through(Running way) throws IOException, InterruptedException;
    }

    private static void inTurn(List<Running> ways, int number, Load load)
            throws IOException, InterruptedException {
        List<Running> order = new ArrayList<>(ways);
        Collections.rotate(order, number / 2);
        for (Running way : number % 2 == 0 ? order.reversed() : order) {
            load.through(way);
        }
    }

    private void tell(Running way) {
        RelayFigures figures = way.figures();
        progress.step(
                way.subject().name(),
                String.format(
                        Locale.ROOT,
                        "%.1f Gbit/s, %.2f CPU s/GB, %.0f and %.0f connections/s, %.0f CPU µs each, %.0f/%.0f (awake %.0f/%.0f) and %.0f/%.0f µs, %.1f CPU µs",
                        figures.gigabits.last(),
                        figures.cpuPerGigabyte.last(),
                        figures.connections.last(),
                        figures.connectionsAtOnce.last(),
                        figures.cpuPerConnection.last(),
                        figures.requests.last().median(),
                        figures.requests.last().quantile(0.99),
                        figures.requestsAwake.last().median(),
                        figures.requestsAwake.last().quantile(0.99),
                        figures.requestsAtOnce.last().median(),
                        figures.requestsAtOnce.last().quantile(0.99),
                        figures.cpuPerRequest.last()));
    }

    private void connections(Running way) throws IOException {
        Duration time = piece.multipliedBy(2);
        way.figures().connections.add(way.load().connections(1, time) / seconds(time));
    }

    private void connectionsAtOnce(Running way) throws IOException {
        double cpu = way.cpuSeconds();
        long connections = way.load().connections(AT_ONCE, piece);
        way.figures().connectionsAtOnce.add(connections / seconds(piece));
        way.figures().cpuPerConnection.add((way.cpuSeconds() - cpu) * 1e6 / connections);
    }

    private void requests(Running way) throws IOException {
        requests(way, 1, way.figures().requests, way.figures().cpuPerRequest);
    }

    private void requestsAwake(Running way) throws IOException {
        Optional<WideAwake> awake = WideAwake.begin();
        if (awake.isPresent()) {
            try (WideAwake _ = awake.get()) {
                way.figures().requestsAwake.add(way.load().requests(1, piece));
            }
        }
    }

    private void requestsAtOnce(Running way) throws IOException {
        requests(way, REQUESTERS, way.figures().requestsAtOnce, way.figures().cpuPerRequestAtOnce);
    }

    private void requests(Running way, int connections, Pool pool, Series cpuEach)
            throws IOException {
        double cpu = way.cpuSeconds();
        Samples samples = way.load().requests(connections, piece);
        pool.add(samples);
        // The first eleventh of the time did not count, but took as much.
        double micros = (way.cpuSeconds() - cpu) * 1e6 * 10 / 11;
        cpuEach.add(micros / samples.values().size());
    }

    private void datagrams(Running way) throws IOException {
        if (way.subject().datagrams()) {
            Duration time = piece.multipliedBy(2);
            way.figures().datagrams.add(way.load().datagrams(STREAMS, time) / seconds(time));
        }
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private void bulk(Running way) throws IOException, InterruptedException {
        Duration time = piece.multipliedBy(5);
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
            cpu[i] = way.cpuSeconds();
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
    ///
    /// @param most as many as are opened, if this machine allows it
    void idle(Running way, int most) throws IOException, InterruptedException {
        if (way.proxy() == null) {
            return;
        }
        int count = (int) Math.min(most, MOST_IDLE);
        double before = way.process().residentMb();
        List<SocketChannel> channels = way.load().idle(count);
        try {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (server.held() < count) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException(
                            "only %d of %d idle connections arrived through %s"
                                    .formatted(server.held(), count, way.subject().name()));
                }
                Thread.sleep(50);
            }
            Thread.sleep(piece.multipliedBy(15));
            way.figures().restingMb.add(before);
            way.figures().idleMb.add((way.process().residentMb() - before) * 10_000 / count);
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
                        way.figures().idleMb.last(),
                        count));
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                ? os.getMaxFileDescriptorCount()
                : 1024;
    }
}
