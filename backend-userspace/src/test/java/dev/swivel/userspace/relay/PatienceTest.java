package dev.swivel.userspace.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long MICRO = 1000;
    private static final long MOST = 50 * MICRO;
    private static final long START = 17;

    private final AtomicBoolean spare = new AtomicBoolean(true);
    private final Patience patience = new Patience(Duration.ofNanos(MOST), spare::get);

    private boolean looks() {
        return patience.looks(START, START);
    }

    private void waits(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            patience.news(nanos, !looks());
        }
    }

    @Test
    void looksAroundOnceNewsUsuallyComeSoon() {
        assertThat(looks()).as("before anything is known").isFalse();
        waits(20, 30 * MICRO);
        assertThat(looks()).isTrue();
        assertThat(patience.looks(START, START + MOST - 1)).isTrue();
        assertThat(patience.looks(START, START + MOST)).as("no longer than that").isFalse();
    }

    @Test
    void aSleeperIsGivenTimeToWakeUp() {
        for (int i = 0; i < 20; i++) {
            patience.news(MOST + 40 * MICRO, true);
        }
        assertThat(looks()).isTrue();
    }

    @Test
    void anIdleLoopAndOneWithThoughtfulClientsSleepAtOnce() {
        waits(20, 30 * MICRO);
        waits(2, 1000 * MICRO);
        waits(1, 1000 * MICRO);
        assertThat(looks()).as("after a few disappointments").isFalse();
        for (int i = 0; i < 100; i++) {
            waits(1, 30 * MICRO); // for the endpoint
            waits(1, 1000 * MICRO); // for the next request
        }
        assertThat(looks()).isFalse();
    }

    @Test
    void aDisappointmentAmongManyDoesNotCount() {
        waits(20, 30 * MICRO);
        for (int i = 0; i < 100; i++) {
            waits(9, 30 * MICRO);
            waits(1, 1000 * MICRO);
            assertThat(looks()).isTrue();
        }
    }

    @Test
    void needsAProcessorToSpareAndAsksSeldom() {
        waits(20, 30 * MICRO);
        assertThat(looks()).isTrue();
        spare.set(false);
        assertThat(looks()).as("what was asked just now still holds").isTrue();
        long later = START + Duration.ofMillis(1).toNanos();
        assertThat(patience.looks(later, later)).isFalse();
        spare.set(true);
        assertThat(patience.looks(later, later + MICRO)).isFalse();
        long muchLater = later + Duration.ofMillis(1).toNanos();
        assertThat(patience.looks(muchLater, muchLater)).isTrue();
    }

    @Test
    void theNumberOfRunningThreadsIsReadFromTheKernelsLine() {
        assertThat(
                        Processors.running(
                                ByteBuffer.wrap("0.20 0.18 0.12 13/80 11206\n".getBytes(UTF_8))))
                .isEqualTo(13);
        try (Processors processors = new Processors()) {
            boolean _ = processors.spare(); // that it can be read here
        }
    }

    @Test
    void canBeTurnedOff() {
        Patience none = new Patience(Duration.ZERO, () -> true);
        for (int i = 0; i < 100; i++) {
            none.news(0, true);
        }
        assertThat(none.looks(START, START)).isFalse();
    }
}
