package dev.swivel.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    @ParameterizedTest
    @CsvSource({"0, PT1S", "1, PT1S", "2, PT2S", "3, PT4S", "5, PT16S", "6, PT30S", "60, PT30S"})
    void restsTheMinimumAfterSuccessAndBacksOffAfterFailures(int failures, Duration rest) {
        Pace pace = Pace.of(Duration.ofSeconds(1), Duration.ofSeconds(30));
        assertThat(Duration.ofNanos(pace.restNanos(failures, 0))).isEqualTo(rest);
    }

    @ParameterizedTest
    @CsvSource({"0, PT0S", "1, PT0.5S"})
    void theFirstRetryIsNoLaterThanTheSyncPeriod(int failures, Duration rest) {
        Pace pace = Pace.of(Duration.ZERO, Duration.ofMillis(500));
        assertThat(Duration.ofNanos(pace.restNanos(failures, 0))).isEqualTo(rest);
    }

    @ParameterizedTest
    @CsvSource({"PT0.01S, PT0.04S", "PT0.2S, PT0.8S", "PT5S, PT1S"})
    void withNoMinimumTheRestFollowsTheWork(Duration took, Duration rest) {
        Pace pace = Pace.of(Duration.ZERO, Duration.ofSeconds(30));
        assertThat(Duration.ofNanos(pace.restNanos(0, took.toNanos()))).isEqualTo(rest);
    }
}
