package dev.swivel.lab.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.fixture.Recorder;
import dev.swivel.core.watch.ClusterEvent.Connected;
import dev.swivel.core.watch.ClusterEvent.Disconnected;
import dev.swivel.core.watch.ClusterEvent.Forbidden;
import dev.swivel.core.watch.ClusterEvent.Permitted;
import dev.swivel.core.watch.ClusterEvent.SourceState;
import dev.swivel.lab.api.fault.Fault;
import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Random changes while the API misbehaves at random: in the end the source knows what the server
/// has.
class ApiSourceChaosTest {
    private static final int STEPS = 400;
    private static final int NAMES = 30;

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void whateverHappensTheSourceAgreesInTheEnd() throws IOException {
        try (Watched watched = Watched.impatient(Duration.ofSeconds(3))) {
            for (int i = 0; i < NAMES; i++) {
                watched.service("s" + i, 80);
            }
            watched.startSynced();
            for (int step = 0; step < STEPS; step++) {
                change(watched);
                misbehave(watched);
                // Paces the load, so that faults meet requests at every stage; nothing waits for
                // it.
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(40)).toNanos());
            }
            watched.api.faults().clear();
            watched.api.listener().reopen();
            watched.soonAgrees();
            watched.service("last", 80);
            watched.soonAgrees();
            Watched.soon(() -> assertNoOutage(watched.heard));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void assertNoOutage(Recorder heard) {
        assertThat(heard.events(SourceState.class))
                .filteredOn(state -> state instanceof Connected || state instanceof Disconnected)
                .last()
                .isInstanceOf(Connected.class);
        assertThat(heard.events(Permitted.class)).hasSameSizeAs(heard.events(Forbidden.class));
    }

    private void change(Watched watched) {
        String name = "s" + random.nextInt(NAMES);
        switch (random.nextInt(4)) {
            case 0 -> delete(watched, ResourceTypes.SERVICES, name);
            case 1 -> delete(watched, ResourceTypes.ENDPOINT_SLICES, name + "-1");
            case 2 -> watched.service(name, 1 + random.nextInt(65535));
            default -> watched.slice(name, "192.168.1." + (1 + random.nextInt(200)));
        }
    }

    private static void delete(Watched watched, ResourceType type, String name) {
        if (watched.api.objects().get(type, "default", name).isPresent()) {
            watched.api.objects().delete(type, "default", name);
        }
    }

    private void misbehave(Watched watched) throws IOException {
        switch (random.nextInt(60)) {
            case 0, 1, 2 -> watched.api.faults().inject(r -> true, fault(), 1 + random.nextInt(2));
            case 3 -> watched.api.listener().refuse();
            case 4, 5, 6 -> watched.api.listener().reopen();
            case 7 -> watched.api.compactTo(watched.api.revision());
            case 8 -> watched.api.endWatches();
            case 9 -> watched.api.faults().clear();
            default -> {}
        }
    }

    private Fault fault() {
        return switch (random.nextInt(9)) {
            case 0 -> new Fault.DropConnection();
            case 1 -> new Fault.Stall();
            case 2 -> new Fault.Delay(Duration.ofMillis(50));
            case 3 -> new Fault.Gone();
            case 4 -> new Fault.ServerError();
            case 5 -> new Fault.TruncatedEvent();
            case 6 -> new Fault.MalformedEvent();
            case 7 -> new Fault.UnknownEventType();
            default -> new Fault.Forbidden();
        };
    }
}
