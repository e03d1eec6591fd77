package dev.swivel.core.watch.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterEvent.Connected;
import dev.swivel.core.watch.ClusterEvent.Disconnected;
import dev.swivel.core.watch.ClusterEvent.Forbidden;
import dev.swivel.core.watch.ClusterEvent.Permitted;
import dev.swivel.core.watch.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
    private final List<ClusterEvent> events = new ArrayList<>();
    private long seconds;
    private final Reachability reachability =
            new Reachability(
                    () -> "https://api", events::add, () -> TimeUnit.SECONDS.toNanos(seconds));

    private void watchAll() {
        for (Kind kind : Kind.values()) {
            reachability.watching(kind);
        }
    }

    @Test
    void connectedOnceAllKindsAreWatched() {
        reachability.watching(Kind.SERVICE);
        reachability.watching(Kind.SLICE);
        assertThat(events).isEmpty();
        reachability.watching(Kind.NODE);
        reachability.watching(Kind.NODE);
        assertThat(events).containsExactly(new Connected(Duration.ZERO));
    }

    @Test
    void outageOfAllKindsIsOneEventEachWay() {
        watchAll();
        for (int retry = 0; retry < 5; retry++) {
            for (Kind kind : Kind.values()) {
                reachability.failing(kind, "refused");
            }
            seconds++;
        }
        watchAll();
        assertThat(events)
                .containsExactly(
                        new Connected(Duration.ZERO),
                        new Disconnected("Service: refused"),
                        new Connected(Duration.ofSeconds(5)));
    }

    @Test
    void outageAtTheStartEndsWhenAllKindsAreWatchedAndNotBefore() {
        reachability.failing(Kind.SERVICE, "refused");
        seconds = 3;
        reachability.watching(Kind.SERVICE);
        assertThat(events).hasSize(1);
        watchAll();
        assertThat(events).last().isEqualTo(new Connected(Duration.ofSeconds(3)));
    }

    @Test
    void refusedKindDoesNotHoldUpTheOthers() {
        reachability.refused(Kind.NODE, "HTTP 403");
        reachability.refused(Kind.NODE, "HTTP 403");
        reachability.watching(Kind.SERVICE);
        reachability.watching(Kind.SLICE);
        seconds = 7;
        reachability.watching(Kind.NODE);
        assertThat(events)
                .containsExactly(
                        new Forbidden(Kind.NODE, "HTTP 403"),
                        new Connected(Duration.ZERO),
                        new Permitted(Kind.NODE, Duration.ofSeconds(7)));
    }

    @Test
    void refusalAfterAnOutageEndsTheOutage() {
        watchAll();
        reachability.failing(Kind.SLICE, "reset");
        seconds = 2;
        reachability.refused(Kind.SLICE, "HTTP 401");
        assertThat(events.subList(1, 4))
                .containsExactly(
                        new Disconnected("EndpointSlice: reset"),
                        new Forbidden(Kind.SLICE, "HTTP 401"),
                        new Connected(Duration.ofSeconds(2)));
    }

    @Test
    void nothingButRefusalsIsNoConnection() {
        for (Kind kind : Kind.values()) {
            reachability.refused(kind, "HTTP 403");
        }
        assertThat(events).hasSize(3).allMatch(Forbidden.class::isInstance);
    }
}
