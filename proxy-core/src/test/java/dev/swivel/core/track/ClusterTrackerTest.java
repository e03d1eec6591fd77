package dev.swivel.core.track;

import static dev.swivel.core.resolve.ClusterFixture.WEB;
import static dev.swivel.core.resolve.ClusterFixture.entry;
import static dev.swivel.core.resolve.ClusterFixture.service;
import static dev.swivel.core.resolve.ClusterFixture.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.EndpointSlice;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.Service;
import dev.swivel.core.model.ServiceName;
import dev.swivel.core.model.ServicePortName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClusterTrackerTest {
    private final ClusterTracker tracker = new ClusterTracker();

    @Test
    void anUnchangedObjectIsNoChange() {
        assertThat(tracker.serviceChanged(service(WEB, false, false, 0, "10.96.0.10"))).isTrue();
        assertThat(tracker.sliceChanged(slice(WEB, "web-1", entry("10.0.0.1 r")))).isTrue();
        assertThat(tracker.takeDirty()).containsOnlyKeys(WEB);

        assertThat(tracker.serviceChanged(service(WEB, false, false, 0, "10.96.0.10"))).isFalse();
        assertThat(tracker.sliceChanged(slice(WEB, "web-1", entry("10.0.0.1 r")))).isFalse();
        assertThat(tracker.serviceGone(new ServiceName("demo", "never"))).isFalse();
        assertThat(tracker.sliceGone(WEB, "never")).isFalse();
        assertThat(tracker.isDirty()).isFalse();
    }

    @Test
    void remembersWhenTheChangesHappened() {
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        EndpointSlice slice = slice(WEB, "web-1", entry("10.0.0.1 r"));
        tracker.sliceChanged(
                new EndpointSlice(
                        WEB,
                        "web-1",
                        slice.family(),
                        slice.ports(),
                        slice.endpoints(),
                        Optional.of(time)));
        assertThat(tracker.takeDirty().get(WEB)).containsExactly(time);
    }

    @Test
    void theOlderServiceKeepsAContestedNodePortAndTheYoungerInheritsIt() {
        ServiceName young = new ServiceName("demo", "a-young");
        Service older = aged(service(WEB, false, false, 30080, "10.96.0.10"), 1);
        Service younger = aged(service(young, false, false, 30080, "10.96.0.11"), 2);
        tracker.serviceChanged(younger);
        tracker.takeDirty();

        tracker.serviceChanged(older);

        assertThat(tracker.takeDirty()).as("the loser is resolved again").containsKeys(WEB, young);
        assertThat(owns(young)).isFalse();
        assertThat(owns(WEB)).isTrue();
        assertThat(tracker.conflicts(younger))
                .map(Problem::message)
                .singleElement()
                .asString()
                .contains("30080", "demo/web");
        assertThat(tracker.conflicts(older)).isEmpty();

        tracker.serviceGone(WEB);
        assertThat(tracker.takeDirty()).as("the heir is resolved again").containsKeys(WEB, young);
        assertThat(owns(young)).isTrue();
        assertThat(tracker.conflicts(younger)).isEmpty();
    }

    /// The order of events must not matter for what the tracker holds in the end.
    @Test
    void anyOrderOfEventsGivesTheSameOwnersAndSlices() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            List<Service> services = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                services.add(
                        aged(
                                service(
                                        new ServiceName("demo", "s" + i),
                                        false,
                                        false,
                                        30000 + random.nextInt(3),
                                        "10.96.0." + i),
                                random.nextInt(3)));
            }
            assertThat(owners(shuffled(services, random), random))
                    .as("seed %d", seed)
                    .isEqualTo(owners(services, random));
        }
    }

    private static Map<ServiceName, Boolean> owners(List<Service> order, SplittableRandom random) {
        ClusterTracker tracker = new ClusterTracker();
        for (Service service : order) {
            tracker.serviceChanged(service);
            if (random.nextInt(3) == 0) {
                tracker.serviceGone(service.name());
                tracker.serviceChanged(service);
            }
        }
        Map<ServiceName, Boolean> owners = new HashMap<>();
        for (Service service : order) {
            ServicePortName port = new ServicePortName(service.name(), "", Protocol.TCP);
            owners.put(
                    service.name(),
                    tracker.ownedBy(port)
                            .test(new Frontend.NodePort(service.ports().getFirst().nodePort())));
        }
        return owners;
    }

    private static List<Service> shuffled(List<Service> services, SplittableRandom random) {
        List<Service> shuffled = new ArrayList<>(services);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            java.util.Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        return shuffled;
    }

    private boolean owns(ServiceName name) {
        return tracker.ownedBy(new ServicePortName(name, "", Protocol.TCP))
                .test(new Frontend.NodePort(30080));
    }

    private static Service aged(Service s, long createdSecond) {
        return new Service(
                s.name(),
                Instant.ofEpochSecond(createdSecond),
                s.clusterIps(),
                s.ports(),
                s.externalIps(),
                s.loadBalancerVips(),
                s.sourceRanges(),
                s.affinitySeconds(),
                s.internalLocal(),
                s.externalLocal(),
                s.healthCheckNodePort(),
                s.options());
    }
}
