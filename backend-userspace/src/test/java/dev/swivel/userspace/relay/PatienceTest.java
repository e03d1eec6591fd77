package dev.swivel.userspace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long MICRO = 1000;
    private static final long MOST = 50 * MICRO;
    private static final long START = 17;

    private final Patience patience = new Patience(Duration.ofNanos(MOST));

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
    void pausesWhenAnotherTakesTheProcessorAndKeepsIt() {
        waits(20, 30 * MICRO);
        patience.offered(START, 20 * MICRO);
        assertThat(looks()).as("a client had its turn").isTrue();
        patience.offered(START, 3000 * MICRO);
        assertThat(looks()).as("a compiler had its turn").isFalse();
        long later = START + Duration.ofMillis(99).toNanos();
        assertThat(patience.looks(later, later)).isFalse();
        long muchLater = START + Duration.ofMillis(100).toNanos();
        assertThat(patience.looks(muchLater, muchLater)).isTrue();
    }

    @Test
    void canBeTurnedOff() {
        Patience none = new Patience(Duration.ZERO);
        for (int i = 0; i < 100; i++) {
            none.news(0, true);
        }
        assertThat(none.looks(START, START)).isFalse();
    }
}
