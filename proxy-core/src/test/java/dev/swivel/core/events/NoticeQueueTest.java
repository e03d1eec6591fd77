package dev.swivel.core.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.core.model.ObjectRef;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NoticeQueueTest {
    private static final ObjectRef NODE = new ObjectRef("Node", "", "node-1");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> posted = new CopyOnWriteArrayList<>();
    private final AtomicInteger retries = new AtomicInteger();
    private final CountDownLatch open = new CountDownLatch(1);
    private final NoticePoster poster =
            new NoticePoster() {
                @Override
                public Outcome create(String name, Notice notice, Instant at) {
                    try {
                        open.await();
                    } catch (InterruptedException e) {
                        return Outcome.REFUSED;
                    }
                    if (retries.getAndDecrement() > 0) {
                        return Outcome.RETRY;
                    }
                    posted.add(notice.note());
                    return Outcome.POSTED;
                }

                @Override
                public Outcome repeat(String name, Notice notice, int count, Instant last) {
                    posted.add(notice.note() + " x" + count);
                    return Outcome.POSTED;
                }
            };

    @Test
    void whatRepeatsBecomesASeries() {
        try (NoticeQueue queue = NoticeQueue.start(poster, meters)) {
            for (int i = 0; i < 3; i++) {
                queue.accept(node("flushed"));
            }
            open.countDown();
            await().until(() -> posted.contains("flushed x3"));
            assertThat(posted).startsWith("flushed").doesNotHaveDuplicates();
        }
    }

    @Test
    void manyBadObjectsAreCutAndDoNotHideTheNode() {
        open.countDown();
        try (NoticeQueue queue = NoticeQueue.start(poster, meters)) {
            for (int i = 0; i < 200; i++) {
                queue.accept(service(i));
            }
            queue.accept(node("flushed"));
            await().until(() -> posted.contains("flushed"));
            assertThat(posted).as("25 at once, then few").hasSizeBetween(26, 30);
            assertThat(dropped()).isGreaterThan(160);
        }
    }

    /// The giver is the sync thread.
    @Test
    void aPosterThatHangsBlocksNobodyAndWhatDoesNotFitIsCounted() {
        NoticeQueue queue = NoticeQueue.start(poster, meters);
        for (int i = 0; i < 2000; i++) {
            queue.accept(service(i));
        }
        assertThat(dropped()).isGreaterThan(1400);
        queue.close();
        assertThat(posted).isEmpty();
    }

    @Test
    void anApiThatIsAwayIsTriedAgain() {
        open.countDown();
        retries.set(1);
        try (NoticeQueue queue = NoticeQueue.start(poster, meters)) {
            queue.accept(node("starting"));
            await().until(() -> posted.contains("starting"));
        }
    }

    @Test
    void theLastWordsAreStillSaid() {
        open.countDown();
        NoticeQueue queue = NoticeQueue.start(poster, meters);
        queue.accept(node("cannot listen"));
        queue.close();
        assertThat(posted).containsExactly("cannot listen");
    }

    private double dropped() {
        return meters.get("swivel.events.total").tag("result", "dropped").counter().count();
    }

    private static Notice node(String note) {
        return Notice.warning(NODE, "Reason", "Action", note);
    }

    private static Notice service(int number) {
        return Notice.warning(
                new ObjectRef("Service", "default", "s" + number),
                "Reason",
                "Action",
                "s" + number);
    }
}
