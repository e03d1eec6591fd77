package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.cluster.Machine;
import dev.swivel.lab.traffic.Conversation;
import dev.swivel.lab.traffic.Load;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong around mode userspace.
class UserspaceFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final InetAddress LISTENER = InetAddress.ofLiteral("169.254.200.1");
    private static final InetAddress LISTENER_6 = InetAddress.ofLiteral("fd73:7769:7665:6c::1");

    /// Its endpoint is its own address, and another's is the node port that leads back to it.
    private static final String CIRCLES =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: circle, namespace: default}
            spec:
              clusterIP: 10.96.0.20
              type: NodePort
              ports: [{name: http, port: 80, nodePort: 30020}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: circle, namespace: default, labels: {kubernetes.io/service-name: circle}}
            addressType: IPv4
            ports: [{name: http, port: 30020, protocol: TCP}]
            endpoints:
            - {addresses: [10.128.0.2], nodeName: node-1, conditions: {ready: true}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: self, namespace: default}
            spec:
              clusterIP: 10.96.0.21
              ports: [{name: http, port: 80}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: self, namespace: default, labels: {kubernetes.io/service-name: self}}
            addressType: IPv4
            ports: [{name: http, port: 80, protocol: TCP}]
            endpoints:
            - {addresses: [10.96.0.21], nodeName: node-1, conditions: {ready: true}}
            """;

    private static final String ONE_ENDPOINT =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: one, namespace: default}
            spec:
              clusterIP: 10.96.0.30
              type: NodePort
              ports: [{name: http, port: 80, nodePort: 30030, targetPort: 8080}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: one, namespace: default, labels: {kubernetes.io/service-name: one}}
            addressType: IPv4
            ports: [{name: http, port: 8080, protocol: TCP}]
            endpoints:
            - {addresses: [192.168.1.12], nodeName: node-1, conditions: {ready: true}}
            """;

    @TempDir Path directory;
    private ServedCluster served;

    @BeforeEach
    void serve() throws Exception {
        served = new ServedCluster(directory, "nft");
        served.startSwivel("--proxy-mode=userspace");
        await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
    }

    @AfterEach
    void remove() {
        served.close();
    }

    @Test
    void nobodyGetsAConnectionToTheRelayItself() {
        for (Machine from : List.of(served.cluster.pod("client"), served.node())) {
            for (InetAddress address : List.of(LISTENER, LISTENER_6)) {
                for (int port = 61601; port <= 61603; port++) {
                    assertThat(from.tcp(address, port).run())
                            .as("%s to %s %d", from.name(), address, port)
                            .isInstanceOf(ProbeResult.Refused.class);
                    assertThat(from.udp(address, port).run())
                            .isInstanceOf(ProbeResult.Refused.class);
                }
            }
        }
        assertThat(served.web().run().answered()).isTrue();
    }

    @Test
    void aServiceThatIsItsOwnEndpointDoesNotGoRoundInCircles() throws Exception {
        served.api.objects().apply(CIRCLES);
        for (String address : List.of("10.96.0.20", "10.96.0.21")) {
            Probe probe = served.cluster.pod("client").tcp(InetAddress.ofLiteral(address), 80);
            await().atMost(PATIENCE)
                    .until(() ->
                            !(probe.run() instanceof ProbeResult.TimedOut(boolean connected))
                                    || connected);
            for (int i = 0; i < 20; i++) {
                assertThat(probe.run().answered()).isFalse();
            }
        }
        String sockets = served.node().exec("ss", "-Htan", "state", "connected").text();
        assertThat(sockets.lines().filter(line -> line.contains("169.254.200.")))
                .hasSizeLessThan(200);
        assertThat(served.web().run().answered()).isTrue();
    }

    /// The ports that the kernel gives to sockets; then there are those of address translation.
    @Test
    void moreConnectionsToAnEndpointThanTheNodeHasPorts() throws Exception {
        served.node().exec("sysctl", "-qw", "net.ipv4.ip_local_port_range=50000 50009");
        served.api.objects().apply(ONE_ENDPOINT);
        Probe probe = served.cluster.outside().tcp("10.128.0.2", 30030);
        await().atMost(PATIENCE).until(() -> probe.run().answered());
        List<Conversation> open = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                open.add(probe.open());
            }
            for (Conversation each : open) {
                ProbeResult.Answered answer = each.ask().orThrow();
                assertThat(answer.sourceKept()).as("masqueraded").isFalse();
            }
            assertThat(served.web().run().answered()).as("another service").isTrue();
        } finally {
            open.forEach(Conversation::close);
        }
        assertThat(served.logText().lines().filter(line -> line.startsWith("W"))).isEmpty();
    }

    /// Then an answer from pod to pod of one bridge would not come back through the relay.
    @Test
    void podsOfABridgeThatPassesNoRulesAreMasqueraded() throws Exception {
        assertThat(served.web().run().orThrow().sourceKept()).isTrue();
        for (String value : List.of("0", "1")) {
            served.node().exec("sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=" + value);
            await().atMost(PATIENCE)
                    .until(() ->
                            served.web().run() instanceof ProbeResult.Answered answer
                                    && answer.sourceKept() == value.equals("1"));
        }
    }

    /// Whoever runs `conntrack -F` cuts what lives, and nothing that comes later.
    @Test
    void aFlushOfConnectionTrackingIsSurvived() throws Exception {
        try (Load fresh = Load.ofNewConnections(served.web(), 2, Duration.ofMillis(5))) {
            await().atMost(PATIENCE).until(() -> fresh.soFar().total() > 50);
            served.node().exec("conntrack", "-F");
            int flushed = fresh.soFar().total();
            await().atMost(PATIENCE).until(() -> fresh.soFar().total() > flushed + 200);
            assertThat(fresh.stop().failures()).hasSizeLessThanOrEqualTo(4);
        }
        assertThat(served.web().inParallel(20).allAnswered()).isTrue();
    }
}
