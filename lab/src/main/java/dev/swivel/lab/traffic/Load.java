package dev.swivel.lab.traffic;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Requests that go on in the background while something else happens, to prove that none fails.
///
/// Each worker sends, waits for the answer, rests and sends again; the next request never waits for
/// other workers. Stops when closed.
public final class Load implements AutoCloseable {
    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> workers = new ArrayList<>();

    private Load() {}

    /// A new connection (UDP: a new socket) for every request.
    ///
    /// @param workers how many send at the same time
    /// @param rest how long each waits between an answer and its next request; may be zero
    public static Load ofNewConnections(Probe probe, int workers, Duration rest) {
        var load = new Load();
        load.start(workers, rest, () -> probe::run);
        return load;
    }

    /// One connection per worker, kept for the whole time. One that breaks counts as one failure
    /// and is not replaced.
    ///
    /// @throws IOException if a connection cannot be made at the start
    public static Load ofKeptConnections(Probe probe, int connections, Duration rest)
            throws IOException {
        var open = new ArrayList<Conversation>();
        try {
            for (int i = 0; i < connections; i++) {
                open.add(probe.open());
            }
        } catch (IOException e) {
            open.forEach(Conversation::close);
            throw e;
        }
        var load = new Load();
        var remaining = open.iterator();
        load.start(connections, rest, () -> new KeptRequests(remaining.next()));
        return load;
    }

    /// What happened up to now.
    public LoadReport soFar() {
        return new LoadReport(List.copyOf(attempts));
    }

    /// Lets running requests end, then says what happened.
    public LoadReport stop() {
        close();
        return soFar();
    }

    @Override
    public void close() {
        stop.countDown();
        for (var worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// What a worker does again and again. Closed by the worker.
    interface Requests extends AutoCloseable {
        ProbeResult next();

        /// Whether to send another one after this result.
        default boolean goesOnAfter(ProbeResult result) {
            return true;
        }

        @Override
        default void close() {}
    }

    interface RequestsFactory {
        Requests make();
    }

    private void start(int count, Duration rest, RequestsFactory factory) {
        for (int i = 0; i < count; i++) {
            var requests = factory.make();
            workers.add(Thread.ofVirtual().name("load-" + i).start(() -> work(requests, rest)));
        }
    }

    private void work(Requests requests, Duration rest) {
        try (requests) {
            boolean more = true;
            while (more && stop.getCount() > 0) {
                var started = Instant.now();
                var result = requests.next();
                attempts.add(new Attempt(started, Instant.now(), result));
                more = requests.goesOnAfter(result) && !rested(rest);
            }
        }
    }

    /// Waits, and says whether the load was stopped meanwhile.
    private boolean rested(Duration rest) {
        try {
            return stop.await(rest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// Requests on one connection.
    private record KeptRequests(Conversation conversation) implements Requests {
        @Override
        public ProbeResult next() {
            return conversation.ask();
        }

        @Override
        public boolean goesOnAfter(ProbeResult result) {
            return result.answered();
        }

        @Override
        public void close() {
            conversation.close();
        }
    }
}
