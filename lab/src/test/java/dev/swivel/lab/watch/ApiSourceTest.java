package dev.swivel.lab.watch;

import static dev.swivel.lab.watch.Watched.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.model.Node;
import dev.swivel.core.model.Problem;
import dev.swivel.core.watch.ClusterEvent.Connected;
import dev.swivel.core.watch.ClusterEvent.Disconnected;
import dev.swivel.core.watch.ClusterEvent.Forbidden;
import dev.swivel.core.watch.ClusterEvent.ListSynced;
import dev.swivel.core.watch.ClusterEvent.Permitted;
import dev.swivel.core.watch.ClusterEvent.ServiceChanged;
import dev.swivel.core.watch.Kind;
import dev.swivel.lab.api.fault.Fault;
import dev.swivel.lab.api.fault.Faults;
import dev.swivel.lab.api.http.ApiRequest;
import dev.swivel.lab.api.store.ResourceTypes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The API source against an API server that behaves, and that does not.
class ApiSourceTest {
    private static boolean watchesSlices(ApiRequest request) {
        return request.is("watch", ResourceTypes.ENDPOINT_SLICES);
    }

    private static boolean isAboutSlices(ApiRequest request) {
        return request.isOn(ResourceTypes.ENDPOINT_SLICES);
    }

    @Test
    void initialListComesInPagesWithTheSelectorsOfKubeProxy() throws IOException {
        try (Watched watched = Watched.open()) {
            for (int i = 0; i < 1203; i++) {
                watched.service("s" + i, 80);
            }
            watched.service("headless", "clusterIP: None, ports: [{port: 80}]");
            watched.slice("s1", "192.168.1.1");
            watched.startSynced();
            assertThat(watched.heard.services()).hasSize(1203);
            List<ApiRequest> lists =
                    watched.api.requests().latest().stream()
                            .filter(r -> r.is("list", ResourceTypes.SERVICES))
                            .toList();
            assertThat(lists).hasSizeGreaterThanOrEqualTo(3);
            assertThat(lists.getFirst().query())
                    .containsEntry("limit", "500")
                    .containsEntry("labelSelector", "!service.kubernetes.io/service-proxy-name")
                    .containsEntry("fieldSelector", "spec.clusterIP!=None");
            assertThat(watched.api.requests().latest())
                    .anyMatch(r -> "metadata.name=node-1".equals(r.query().get("fieldSelector")))
                    .anyMatch(r ->
                            "!service.kubernetes.io/headless"
                                    .equals(r.query().get("labelSelector")))
                    .allMatch(r -> r.userAgent().equals("swivel/test"));
            assertThat(watched.heard.events(ListSynced.class))
                    .extracting(ListSynced::kind)
                    .containsExactlyInAnyOrder(Kind.values());
            soon(() -> assertThat(watched.heard.events(Connected.class)).hasSize(1));
            assertThat(watched.errors()).isEmpty();
        }
    }

    @Test
    void changesAreFollowedAndObjectsMoveInAndOutOfTheSelection() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.service("cart", 80);
            watched.slice("cart", "192.168.1.1");
            watched.startSynced();
            label(watched, "service.kubernetes.io/service-proxy-name: other");
            soon(() -> assertThat(watched.heard.services()).doesNotContainKey("default/cart"));
            label(watched, "service.kubernetes.io/service-proxy-name: null");
            soon(() -> assertThat(watched.heard.services()).containsKey("default/cart"));
            watched.slice("cart", "192.168.1.2");
            watched.soonAgrees();
            watched.api.objects().delete(ResourceTypes.ENDPOINT_SLICES, "default", "cart-1");
            watched.api.objects().delete(ResourceTypes.SERVICES, "default", "cart");
            soon(() -> assertThat(watched.heard.slices()).isEmpty());
            watched.soonAgrees();
        }
    }

    private static void label(Watched watched, String label) {
        watched.api
                .objects()
                .patch(
                        ResourceTypes.SERVICES,
                        "default",
                        "cart",
                        "{metadata: {labels: {" + label + "}}}");
    }

    @Test
    void sliceThatGetsAnotherOwnerLeavesTheOldOne() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.slice("cart", "192.168.1.1");
            watched.startSynced();
            watched.api
                    .objects()
                    .patch(
                            ResourceTypes.ENDPOINT_SLICES,
                            "default",
                            "cart-1",
                            "{metadata: {labels: {kubernetes.io/service-name: other}}}");
            soon(() -> assertThat(watched.heard.slices()).containsOnlyKeys("default/other cart-1"));
        }
    }

    @Test
    void ownNodeIsFollowedAndNoOther() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.api.putRaw("{apiVersion: v1, kind: Node, metadata: {name: node-2}}");
            watched.startSynced();
            watched.api.putRaw(
                    "{apiVersion: v1, kind: Node, metadata: {name: node-1, labels:"
                            + " {topology.kubernetes.io/zone: a}}}");
            soon(() -> assertThat(watched.heard.nodes()).containsOnlyKeys("node-1"));
            assertThat(watched.heard.nodes().get("node-1"))
                    .extracting(Node::zone)
                    .isEqualTo(Optional.of("a"));
            watched.api.objects().delete(ResourceTypes.NODES, "", "node-1");
            soon(() -> assertThat(watched.heard.nodes()).isEmpty());
        }
    }

    /// In a list and in a watch. What the server checks, another's aggregated API may not.
    @Test
    void valueOfTheWrongTypeCostsItsObjectAlone() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.service("good", 80);
            watched.api.putRaw(service("listed", "ports: none"));
            watched.start();
            soon(() ->
                    assertThat(watched.heard.flawed()).containsExactly("Service default/listed"));
            assertThat(watched.heard.problems())
                    .extracting(Problem::message)
                    .containsExactly(
                            "spec.ports \"none\" is not a list; what the object said before stays in force");
            soon(() -> assertThat(watched.heard.isSynced()).isTrue());
            assertThat(watched.heard.services()).containsOnlyKeys("default/good");

            watched.api.putRaw(service("good", "ports: [{port: 99999999999}]"));
            watched.api.putRaw(
                    service("open", "ports: [{port: 80}], loadBalancerSourceRanges: 10.0.0.0/8"));
            watched.service("late", 80);
            soon(() ->
                    assertThat(watched.heard.services())
                            .containsOnlyKeys("default/good", "default/late"));
            assertThat(watched.heard.flawed())
                    .containsExactly(
                            "Service default/good",
                            "Service default/listed",
                            "Service default/open");

            watched.api.putRaw(service("good", "ports: [{port: 81}]"));
            watched.api.objects().delete(ResourceTypes.SERVICES, "default", "open");
            soon(() ->
                    assertThat(watched.heard.flawed()).containsExactly("Service default/listed"));
            assertThat(watched.errors()).isEmpty();
        }
    }

    private static String service(String name, String spec) {
        return "{apiVersion: v1, kind: Service, metadata: {name: %s, namespace: default}, spec: {clusterIP: 10.96.0.9, %s}}"
                .formatted(name, spec);
    }

    @Test
    void badObjectIsReportedUntilItIsFixedAndStopsNothing() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.startSynced();
            watched.api.putRaw(
                    """
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata: {name: cart-1, labels: {kubernetes.io/service-name: cart}}
                    addressType: IPv4
                    newerField: {deep: [1]}
                    ports: [{name: "", port: 8080, protocol: TCP}]
                    endpoints: [{addresses: [nonsense]}, {addresses: [192.168.1.1]}]
                    """);
            soon(() ->
                    assertThat(watched.heard.flawed())
                            .containsExactly("EndpointSlice default/cart-1"));
            watched.soonAgrees();
            watched.slice("cart", "192.168.1.1");
            soon(() -> assertThat(watched.heard.flawed()).isEmpty());
        }
    }

    @Test
    void outageIsOneErrorAndWhatChangedMeanwhileIsNoticed() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.service("stays", 80);
            watched.service("goes", 80);
            watched.startSynced();
            soon(() -> assertThat(watched.heard.events(Connected.class)).hasSize(1));
            Instant refusedAt = Instant.now();
            watched.api.listener().refuse();
            watched.api.objects().delete(ResourceTypes.SERVICES, "default", "goes");
            watched.service("comes", 80);
            soon(() -> assertThat(watched.heard.events(Disconnected.class)).hasSize(1));
            soon(() -> assertThat(Instant.now()).isAfter(refusedAt.plusSeconds(5)));
            assertThat(watched.heard.services()).containsOnlyKeys("default/stays", "default/goes");
            watched.api.listener().reopen();
            watched.soonAgrees();
            soon(() -> assertThat(watched.heard.events(Connected.class)).hasSize(2));
            assertThat(watched.heard.events(Connected.class).getLast().outage())
                    .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(40));
            assertThat(watched.heard.events(Disconnected.class)).hasSize(1);
            assertThat(watched.errors()).hasSize(1);
        }
    }

    @Test
    void serverThatIsAwayAtTheStartIsWaitedFor() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.service("cart", 80);
            watched.api.listener().refuse();
            watched.start();
            soon(() -> assertThat(watched.heard.events(Disconnected.class)).hasSize(1));
            assertThat(watched.heard.isSynced()).isFalse();
            watched.api.listener().reopen();
            soon(() -> assertThat(watched.heard.isSynced()).isTrue());
            watched.soonAgrees();
            soon(() -> assertThat(watched.heard.events(Connected.class)).hasSize(1));
            assertThat(watched.errors()).hasSize(1);
        }
    }

    @Test
    void expiredVersionMeansANewListThatShowsDeletions() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.service("stays", 80);
            watched.service("goes", 80);
            watched.slice("goes", "192.168.1.1");
            watched.startSynced();
            int before = watched.heard.events(ServiceChanged.class).size();
            watched.api.listener().refuse();
            watched.api.objects().delete(ResourceTypes.SERVICES, "default", "goes");
            watched.api.objects().delete(ResourceTypes.ENDPOINT_SLICES, "default", "goes-1");
            watched.api.compactTo(watched.api.revision());
            watched.api.listener().reopen();
            soon(() -> assertThat(watched.heard.services()).containsOnlyKeys("default/stays"));
            soon(() -> assertThat(watched.heard.slices()).isEmpty());
            watched.soonAgrees();
            assertThat(watched.heard.events(ServiceChanged.class))
                    .as("what did not change is not sent again")
                    .hasSize(before);
        }
    }

    static List<Fault> brokenEvents() {
        return List.of(
                new Fault.TruncatedEvent(),
                new Fault.MalformedEvent(),
                new Fault.UnknownEventType(),
                new Fault.DropConnection(),
                new Fault.Gone(),
                new Fault.EndWatch());
    }

    @ParameterizedTest
    @MethodSource("brokenEvents")
    void eventThatIsLostIsMadeUpFor(Fault fault) throws IOException {
        try (Watched watched = Watched.open()) {
            watched.slice("cart", "192.168.1.1");
            watched.startSynced();
            Faults.Injection injection =
                    watched.api.faults().inject(ApiSourceTest::watchesSlices, fault, 1);
            watched.slice("cart", "192.168.1.2");
            soon(() -> assertThat(injection.hits()).isEqualTo(1));
            watched.soonAgrees();
            watched.slice("cart", "192.168.1.3");
            watched.soonAgrees();
        }
    }

    @Test
    void serverRestoredFromABackupIsListedAnew() throws IOException {
        try (Watched watched = Watched.impatient(Duration.ofSeconds(2))) {
            watched.service("cart", 80);
            long old = watched.api.revision();
            for (int i = 0; i < 20; i++) {
                watched.service("more" + i, 80);
            }
            watched.startSynced();
            watched.api.restartAt(old);
            watched.api.objects().delete(ResourceTypes.SERVICES, "default", "more7");
            watched.service("cart", 81);
            watched.soonAgrees();
        }
    }

    @Test
    void watchThatGoesSilentIsNoticed() throws IOException {
        try (Watched watched = Watched.impatient(Duration.ofSeconds(2))) {
            watched.slice("cart", "192.168.1.1");
            watched.startSynced();
            var stall =
                    watched.api.faults().inject(ApiSourceTest::watchesSlices, new Fault.Stall(), 1);
            watched.slice("cart", "192.168.1.2");
            soon(() -> assertThat(stall.hits()).isEqualTo(1));
            watched.soonAgrees();
        }
    }

    @Test
    void bookmarksAreSignsOfLife() throws IOException {
        try (Watched watched = Watched.impatient(Duration.ofSeconds(2))) {
            watched.service("cart", 80);
            watched.startSynced();
            long lists = watched.api.requests().count(r -> r.verb().equals("list"));
            Instant start = Instant.now();
            soon(() -> assertThat(Instant.now()).isAfter(start.plusSeconds(5)));
            assertThat(watched.api.requests().count(r -> r.verb().equals("list"))).isEqualTo(lists);
        }
    }

    @Test
    void tooManyRequestsAreSpacedAsTheServerAsks() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.service("cart", 80);
            watched.api
                    .faults()
                    .inject(
                            ApiSourceTest::isAboutSlices,
                            new Fault.TooManyRequests(Duration.ofSeconds(2)),
                            2);
            Instant start = Instant.now();
            watched.startSynced();
            assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofSeconds(4));
            soon(() -> assertThat(watched.heard.events(Connected.class)).hasSize(1));
            assertThat(watched.errors()).hasSize(1);
        }
    }

    @Test
    void serverErrorsAreOneOutage() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.startSynced();
            var broken = watched.api.faults().inject(r -> true, new Fault.ServerError());
            watched.api.endWatches();
            soon(() -> assertThat(broken.hits()).isGreaterThan(8));
            broken.close();
            watched.service("cart", 80);
            watched.soonAgrees();
            soon(() -> assertThat(watched.heard.events(Connected.class)).hasSize(2));
            assertThat(watched.heard.events(Disconnected.class)).hasSize(1);
            assertThat(watched.errors()).hasSize(1);
        }
    }

    @Test
    void refusalOfOneResourceKeepsTheOthersAndEndsWhenGranted() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.slice("cart", "192.168.1.1");
            var denied =
                    watched.api
                            .faults()
                            .inject(ApiSourceTest::isAboutSlices, new Fault.Forbidden());
            watched.start();
            watched.service("cart", 80);
            soon(() -> assertThat(watched.heard.services()).hasSize(1));
            soon(() -> assertThat(denied.hits()).isGreaterThan(2));
            assertThat(watched.heard.isSynced()).isFalse();
            assertThat(watched.heard.events(Forbidden.class))
                    .extracting(Forbidden::kind)
                    .containsExactly(Kind.SLICE);
            denied.close();
            soon(() -> assertThat(watched.heard.isSynced()).isTrue());
            watched.soonAgrees();
            soon(() ->
                    assertThat(watched.heard.events(Permitted.class))
                            .extracting(Permitted::kind)
                            .containsExactly(Kind.SLICE));
            assertThat(watched.heard.events(Disconnected.class)).isEmpty();
            assertThat(watched.errors()).hasSize(1);
        }
    }

    @Test
    void refusalOfARunningWatchIsNoticedToo() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.startSynced();
            var denied =
                    watched.api
                            .faults()
                            .inject(ApiSourceTest::isAboutSlices, new Fault.Forbidden());
            watched.api.endWatches();
            soon(() -> assertThat(watched.heard.events(Forbidden.class)).hasSize(1));
            watched.slice("cart", "192.168.1.1");
            denied.close();
            watched.soonAgrees();
            assertThat(watched.errors()).hasSize(1);
        }
    }

    @Test
    void closedSourceSaysNothingAndLeavesNoThreads() throws IOException {
        try (Watched watched = Watched.open()) {
            watched.startSynced();
            watched.closeSource();
            int events = watched.heard.events().size();
            watched.service("cart", 80);
            assertThat(watched.heard.events().size()).isEqualTo(events);
        }
        soon(() ->
                assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(t -> t.getName().startsWith("swivel-api-")));
    }
}
