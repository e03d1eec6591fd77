package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.cluster.Machine;
import dev.swivel.lab.traffic.Conversation;
import dev.swivel.lab.traffic.Distribution;
import dev.swivel.lab.traffic.Load;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong around mode userspace, on one cluster: each test leaves it as it was.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserspaceFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final InetAddress LISTENER = InetAddress.ofLiteral("169.254.200.1");
    private static final InetAddress LISTENER_6 = InetAddress.ofLiteral("fd73:7769:7664::1");

    /// Where connections for client 192.168.1.11 leave from.
    private static final InetAddress INNER = InetAddress.ofLiteral("251.168.1.11");

    /// Pods of IPv6 are not told by a range here.
    private static final InetAddress INNER_6 = InetAddress.ofLiteral("fd73:7769:7664::77");

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

    private static final String NAMES =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: names, namespace: default}
            spec:
              clusterIP: 10.96.0.40
              type: NodePort
              ports: [{name: dns, protocol: UDP, port: 53, nodePort: 30053, targetPort: 8080}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: names, namespace: default, labels: {kubernetes.io/service-name: names}}
            addressType: IPv4
            ports: [{name: dns, port: 8080, protocol: UDP}]
            endpoints:
            - {addresses: [192.168.1.12], nodeName: node-1, conditions: {ready: true}}
            """;

    private ServedCluster served;

    @BeforeAll
    void serve(@TempDir Path directory) throws Exception {
        served = new ServedCluster(directory, "nft");
        served.startSwivelWithFiles(4096, "--proxy-mode=userspace");
        await().atMost(PATIENCE).until(() -> served.syncs() >= 1);
    }

    @AfterAll
    void remove() {
        served.close();
    }

    /// From a pod, the node itself and another machine, which sends such packets to the node.
    @Test
    void nobodyGetsAConnectionToTheRelayItself() throws Exception {
        Machine router = served.cluster.router();
        for (String range : List.of("169.254.200.0/24", "251.0.0.0/8")) {
            router.exec("ip", "route", "replace", range, "via", "10.128.0.2");
        }
        router.exec("ip", "route", "replace", "fd73:7769:7664::/48", "via", "fd00:10:128::2");
        Map<Probe, Future<ProbeResult>> results = new HashMap<>();
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Machine from : List.of(served.cluster.pod("client"), served.node(), router)) {
                for (InetAddress address : List.of(LISTENER, LISTENER_6, INNER, INNER_6)) {
                    for (int port = 61601; port <= 61603; port++) {
                        for (Probe probe :
                                List.of(from.tcp(address, port), from.udp(address, port))) {
                            results.put(probe, all.submit(probe::run));
                        }
                    }
                }
            }
        }
        results.forEach((probe, result) ->
                assertThat(result.resultNow())
                        .as(probe.toString())
                        .isInstanceOf(ProbeResult.Refused.class));
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
            assertThat(probe.inParallel(20).perPod()).isEmpty();
        }
        String sockets = served.node().exec("ss", "-Htan", "state", "established").text();
        assertThat(sockets.lines().filter(line -> line.contains(" 169.254.200.1:")))
                .hasSizeLessThan(200);
        assertThat(served.web().run().answered()).isTrue();
    }

    /// A connection takes two descriptors; the rest of the daemon must have some, too.
    @Test
    void twentyThousandConnectionsWithFourThousandDescriptors() throws Exception {
        Queue<Conversation> taken = new ConcurrentLinkedQueue<>();
        AtomicInteger turnedAway = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(20_000);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                clients.execute(() -> {
                    while (left.getAndDecrement() > 0) {
                        if (!takes(served.web(), taken)) {
                            turnedAway.incrementAndGet();
                        }
                    }
                });
            }
        }
        try {
            assertThat(taken).hasSizeBetween(1500, 2000);
            assertThat(turnedAway).hasValue(20_000 - taken.size());
            assertThat(NodeHttp.get(served.node(), "http://127.0.0.1:10256/livez"))
                    .returns(200, NodeHttp.Answer::code);
            assertThat(NodeHttp.get(served.node(), "http://127.0.0.1:10249/metrics").body())
                    .containsPattern(
                            "(?m)^swivel_userspace_tcp_connections_refused_total %s$"
                                    .formatted(turnedAway));
            assertThat(served.logText().lines().filter(line -> line.contains("as many as may be")))
                    .singleElement()
                    .asString()
                    .contains("TCP connections are open", "LimitNOFILE");
            for (Conversation each : taken) {
                assertThat(each.ask().answered()).as("what was taken goes on").isTrue();
            }
        } finally {
            taken.forEach(Conversation::close);
        }
        await().atMost(PATIENCE).until(() -> served.web().inParallel(50).allAnswered());
    }

    private static boolean takes(Probe probe, Queue<Conversation> taken) {
        try {
            Conversation conversation = probe.open();
            if (conversation.ask().answered()) {
                taken.add(conversation);
                return true;
            }
            conversation.close();
            return false;
        } catch (IOException _) {
            return false; // reset before connect had returned
        }
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
            served.node().exec("sysctl", "-qw", "net.ipv4.ip_local_port_range=32768 60999");
        }
        assertThat(served.logText()).doesNotContain("This node cannot connect");
    }

    /// The daemon itself listens on that port, on all addresses: also on those it connects from.
    @Test
    void aSourceIsKeptAlsoIfItsPortIsTaken() throws Exception {
        InetSocketAddress client =
                new InetSocketAddress(served.cluster.pod("client").addresses().ipv4(), 10_256);
        assertThat(served.web().boundTo(client).run().orThrow().sourceKept()).isTrue();
    }

    @Test
    void aRuleOfOthersThatMasqueradesTheNodeDoesNotTakeSources() throws Exception {
        String local = "-m addrtype --src-type LOCAL -j MASQUERADE";
        String ofDocker = "-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE";
        awaitKeptFrom("251.168.1.11:");
        postrouting("-I", local);
        awaitKeptFrom("169.254.200.");
        assertThat(served.logText()).containsOnlyOnce("a rule of others comes before ours");
        postrouting("-I", ofDocker);
        postrouting("-D", local);
        awaitKeptFrom("251.168.1.11:");
        postrouting("-D", ofDocker);
    }

    private void postrouting(String verb, String rule) throws Exception {
        String command = "iptables-nft -w -t nat " + verb + " POSTROUTING " + rule;
        served.node().exec(command.split(" "));
    }

    /// @param inner where the relay's connection to an endpoint leaves from
    private void awaitKeptFrom(String inner) {
        await().atMost(PATIENCE)
                .until(() -> {
                    try (Conversation open = served.web().open()) {
                        boolean kept = open.ask().orThrow().sourceKept();
                        return kept
                                && served.node()
                                        .exec(
                                                "ss",
                                                "-Htn",
                                                "state",
                                                "established",
                                                "dport",
                                                "=",
                                                ":8080")
                                        .text()
                                        .contains(" " + inner);
                    }
                });
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

    /// Its answers wait for its hardware address, and those of all clients leave by one socket per
    /// event loop. The endpoint sees the node, so it has no such trouble itself.
    @Test
    void aClientThatCannotBeReachedDoesNotHoldUpAnswersToOthers() throws Exception {
        Machine client = served.cluster.pod("client");
        served.api.objects().apply(NAMES);
        Probe ask = client.udp("10.128.0.2", 30053);
        await().atMost(PATIENCE).until(() -> ask.run().answered());
        // An address of the pod's that it tells nobody about.
        client.exec("ip", "address", "add", "192.168.1.200/32", "dev", "lo");
        client.exec("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=1");
        byte[] question = "who".getBytes(StandardCharsets.UTF_8);
        try (DatagramSocket dead =
                client.place()
                        .thread()
                        .call(() ->
                                new DatagramSocket(
                                        new InetSocketAddress(
                                                InetAddress.ofLiteral("192.168.1.200"), 0)))) {
            DatagramPacket packet = new DatagramPacket(question, question.length, ask.target());
            for (int i = 0; i < 20; i++) {
                for (int j = 0; j < 25; j++) {
                    dead.send(packet);
                }
                assertThat(ask.run().answered()).isTrue(); // and the endpoint keeps up
            }
            Distribution others = ask.inParallel(40);
            assertThat(others.allAnswered()).as(others.toString()).isTrue();
        } finally {
            client.exec("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=0");
            client.exec("ip", "address", "del", "192.168.1.200/32", "dev", "lo");
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
