package dev.swivel.core.events;

import dev.swivel.core.events.NoticePoster.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices on their way to the API. Giving one never blocks and never fails: what does not fit is
/// dropped and counted. A notice that comes again within some minutes becomes part of a series of
/// the first one's Event. Notices of this node and of objects have a rate limit each, so that many
/// bad objects cannot hide what happens to the node.
public final class NoticeQueue implements Consumer<Notice>, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NoticeQueue.class);

    private static final int CAPACITY = 512;
    private static final int REMEMBERED = 512;
    private static final Duration SERIES_ENDS_AFTER = Duration.ofMinutes(6); // as Kubernetes' own
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 12;
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /// An Event that was made, for what may come again.
    private static final class Series {
        private final String name;
        private int count = 1;
        private Instant last;
        private boolean untold;

        private Series(String name, Instant first) {
            this.name = name;
            this.last = first;
        }
    }

    private record Given(Notice notice, Instant at) {}

    private final NoticePoster poster;
    private final BlockingQueue<Optional<Given>> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final RateLimit nodeLimit = new RateLimit(10, Duration.ofSeconds(20));
    private final RateLimit objectLimit = new RateLimit(25, Duration.ofSeconds(10));
    private final Map<Notice, Series> series = new LinkedHashMap<>();
    private final Counter posted;
    private final Counter dropped;
    private final Thread thread;
    private volatile boolean closing;
    private boolean refusalTold;
    private long serial;

    private NoticeQueue(NoticePoster poster, MeterRegistry meters) {
        this.poster = poster;
        this.posted = counter(meters, "posted");
        this.dropped = counter(meters, "dropped");
        this.thread = Thread.ofVirtual().name("swivel-events").unstarted(this::run);
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("swivel.events.total")
                .description(
                        "Events for the API: brought there, or dropped (rate limit, no permission, API away for long)")
                .tag("result", result)
                .register(meters);
    }

    public static NoticeQueue start(NoticePoster poster, MeterRegistry meters) {
        NoticeQueue queue = new NoticeQueue(poster, meters);
        queue.thread.start();
        return queue;
    }

    @Override
    public void accept(Notice notice) {
        if (!queue.offer(Optional.of(new Given(notice, Instant.now())))) {
            dropped.increment();
        }
    }

    private void run() {
        try {
            while (!closing || !queue.isEmpty()) {
                Optional<Given> given = queue.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
                if (given != null && given.isPresent()) {
                    take(given.get().notice(), given.get().at());
                }
                tellWhatRepeated();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Notice notice, Instant at) throws InterruptedException {
        Series known = series.get(notice);
        if (known != null && known.last.plus(SERIES_ENDS_AFTER).isAfter(at)) {
            known.count++;
            known.last = at;
            known.untold = true;
        } else if (limit(notice).take(System.nanoTime())) {
            String name = name(notice, at);
            if (send(() -> poster.create(name, notice, at)) == Outcome.POSTED) {
                remember(notice, new Series(name, at));
            }
        } else {
            dropped.increment();
        }
    }

    private void tellWhatRepeated() throws InterruptedException {
        for (Notice notice : List.copyOf(series.keySet())) {
            Series repeated = series.get(notice);
            if (repeated != null && repeated.untold && limit(notice).take(System.nanoTime())) {
                repeated.untold = false;
                repeat(notice, repeated);
            }
        }
    }

    /// Somebody may have deleted the Event; then it begins again.
    private void repeat(Notice notice, Series repeated) throws InterruptedException {
        Outcome outcome =
                send(() -> poster.repeat(repeated.name, notice, repeated.count, repeated.last));
        if (outcome == Outcome.GONE) {
            series.remove(notice);
            take(notice, repeated.last);
        }
    }

    private RateLimit limit(Notice notice) {
        return notice.regarding().kind().equals("Node") ? nodeLimit : objectLimit;
    }

    private void remember(Notice notice, Series made) {
        series.remove(notice);
        series.put(notice, made);
        if (series.size() > REMEMBERED) {
            series.remove(series.keySet().iterator().next());
        }
    }

    /// Names of Events need to be unique, and begin with the object's as Kubernetes' own do.
    private String name(Notice notice, Instant at) {
        long nanos = at.getEpochSecond() * 1_000_000_000 + at.getNano() + serial++;
        return notice.regarding().name() + "." + Long.toHexString(nanos);
    }

    private interface Attempt {
        Outcome run();
    }

    private Outcome send(Attempt attempt) throws InterruptedException {
        Duration delay = FIRST_DELAY;
        for (int tries = 1; ; tries++) {
            Outcome outcome = attempt.run();
            if (outcome == Outcome.POSTED) {
                posted.increment();
                return outcome;
            }
            if (outcome == Outcome.GONE) {
                return outcome;
            }
            if (outcome == Outcome.REFUSED || tries == ATTEMPTS || closing) {
                dropped.increment();
                tellOnce(outcome);
                return Outcome.REFUSED;
            }
            Thread.sleep(delay);
            delay =
                    delay.multipliedBy(2).compareTo(LONGEST_DELAY) < 0
                            ? delay.multipliedBy(2)
                            : LONGEST_DELAY;
        }
    }

    private void tellOnce(Outcome outcome) {
        if (outcome == Outcome.REFUSED && !refusalTold) {
            refusalTold = true;
            log.warn(
                    "the API takes no Events from us: the role system:node-proxier allows create, patch and update of events in events.k8s.io. What they would say is in this log");
        }
    }

    /// Gives what is left a moment.
    @Override
    public void close() {
        closing = true;
        var _ = queue.offer(Optional.empty()); // wakes the thread
        try {
            if (!thread.join(LAST_WORDS)) {
                thread.interrupt();
            }
        } catch (InterruptedException _) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
