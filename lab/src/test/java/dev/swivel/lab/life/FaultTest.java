package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.api.fault.Fault;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.traffic.Load;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong around Swivel, and that traffic and rules are right once it is over.
class FaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ONLY_WEB_2 =
            "endpoints: [{addresses: [192.168.1.13], nodeName: node-1, conditions: {ready: true}}]";

    private static final String NODE =
            """
            apiVersion: v1
            kind: Node
            metadata: {name: node-1}
            status: {addresses: [{type: InternalIP, address: 10.128.0.2}]}
            """;

    private static final String OF_IPV6 =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: six, namespace: default}
            spec:
              clusterIPs: ['fd00:10:96::66']
              clusterIP: 'fd00:10:96::66'
              ipFamilies: [IPv6]
              ports: [{name: http, port: 80, targetPort: 8080}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: six-1, namespace: default, labels: {kubernetes.io/service-name: six}}
            addressType: IPv6
            ports: [{name: http, port: 8080, protocol: TCP}]
            endpoints:
            - {addresses: ['fd00:192:168:1::12'], nodeName: node-1, conditions: {ready: true}}
            """;

    @TempDir Path directory;

    @Test
    void theApiAwayIsNothingThatTrafficNoticesAndItsChangesAreFollowedAfterwards()
            throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.startSwivel();
            awaitSync(served, 1);
            served.nodeListener().refuse();
            served.api.endWatches();
            await().atMost(PATIENCE)
                    .until(() -> served.logText().lines().anyMatch(l -> l.startsWith("E")));
            assertThat(served.web().run().answered()).as("while the API is away").isTrue();
            served.api
                    .objects()
                    .patch(ResourceTypes.ENDPOINT_SLICES, "default", "web-1", ONLY_WEB_2);
            served.nodeListener().reopen();
            awaitOnly(served, "web-2");
            assertThat(NodeHttp.get(served.node(), "http://127.0.0.1:10249/metrics").body())
                    .contains(
                            "rest_client_request_retries_total{code=\"<error>\",host=\"10.128.0.1:6443\",verb=\"GET\"}");
            assertThat(served.logText().lines().filter(line -> line.startsWith("E")))
                    .as("one error for the outage")
                    .hasSize(1);
        }
    }

    /// With the metrics that say so while it lasts.
    @Test
    void aMissingPermissionIsToldAndNothingIsProgrammedUntilItIsThere() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            var refusal =
                    served.api
                            .faults()
                            .inject(
                                    request -> request.isOn(ResourceTypes.ENDPOINT_SLICES),
                                    new Fault.Forbidden());
            served.startSwivel();
            await().atMost(PATIENCE)
                    .until(() ->
                            served.logText()
                                    .contains("give the user the role system:node-proxier"));
            await().atMost(PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() ->
                            isFollowed(served, "Service") && !isFollowed(served, "EndpointSlice"));
            assertThat(served.syncs()).isZero();
            refusal.close();
            awaitSync(served, 1);
            assertThat(served.web().run().answered()).isTrue();
            await().atMost(PATIENCE).until(() -> isFollowed(served, "EndpointSlice"));
            assertThat(served.logText().lines().filter(line -> line.startsWith("E")))
                    .as("one error for it")
                    .hasSize(1);
        }
    }

    private static boolean isFollowed(ServedCluster served, String kind) throws Exception {
        return NodeHttp.get(served.node(), "http://127.0.0.1:10249/metrics")
                .body()
                .contains("swivel_watch_connected{kind=\"" + kind + "\"} 1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void everythingFlushedIsRepaired(String flavour) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, flavour)) {
            served.startSwivel();
            awaitSync(served, 1);
            for (String table : new String[] {"nat", "filter"}) {
                served.node().exec("iptables-" + flavour, "-w", "-t", table, "-F");
                served.node().exec("iptables-" + flavour, "-w", "-t", table, "-X");
            }
            await().atMost(PATIENCE).until(() -> served.web().run().answered());
            assertThat(served.logText()).contains("is gone");
        }
    }

    /// From the start, and again while it runs.
    @ParameterizedTest
    @ValueSource(strings = {"iptables", "userspace"})
    void withoutTheIptablesProgramsItSaysSoAndServesOnceTheyAreThere(String mode) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.api.objects().apply(NODE);
            Daemon swivel =
                    served.startSwivel(
                            HiddenPrograms.LAUNCHER,
                            "--proxy-mode=" + mode,
                            "--iptables-sync-period=1s");
            await().atMost(PATIENCE)
                    .until(() -> EventsTest.reasons(served).contains("FailedToStartProxier"));
            for (String page : List.of("/healthz", "/livez")) {
                var answer = NodeHttp.get(served.node(), "http://127.0.0.1:10256" + page);
                assertThat(answer.code()).as(page).isEqualTo(503);
                assertThat(answer.body()).contains("\"healthy\":false");
            }
            assertThat(NodeHttp.get(served.node(), "http://127.0.0.1:10249/statusz").body())
                    .contains("Not serving: ", "apt-get install iptables");
            HiddenPrograms.show(served, swivel);
            await().atMost(PATIENCE).until(() -> served.web().run().answered());
            await().atMost(PATIENCE)
                    .until(() ->
                            NodeHttp.get(served.node(), "http://127.0.0.1:10256/healthz").code()
                                    == 200);

            HiddenPrograms.hide(served, swivel);
            served.node().exec("iptables-nft", "-w", "-t", "nat", "-F");
            await().atMost(PATIENCE)
                    .until(() ->
                            served.logText().contains("cannot compare the kernel's IPv4 tables"));
            HiddenPrograms.show(served, swivel);
            await().atMost(PATIENCE).until(() -> served.web().run().answered());
            assertThat(served.logText().lines().filter(line -> line.startsWith("E")))
                    .as("one error for the start")
                    .hasSize(1);
        }
    }

    /// A module that is not there, as on nodes whose clusters do without IPv6 (spec 1.4).
    @ParameterizedTest
    @ValueSource(strings = {"iptables", "userspace"})
    void withoutTablesForIpv6ItServesIpv4AndIpv6OnceTheyAreThere(String mode) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.api.objects().apply(NODE);
            served.api.objects().apply(OF_IPV6);
            Daemon swivel =
                    served.startSwivel(WithoutIpv6.launcher(directory), "--proxy-mode=" + mode);
            await().atMost(PATIENCE).until(() -> served.web().run().answered());
            await().atMost(PATIENCE)
                    .until(() ->
                            NodeHttp.get(served.node(), "http://127.0.0.1:10256/healthz").code()
                                    == 200);
            await().atMost(PATIENCE)
                    .until(() -> EventsTest.reasons(served).contains("FailedToStartProxier"));
            assertThat(NodeHttp.get(served.node(), "http://127.0.0.1:10249/statusz").body())
                    .contains("Failing IPv6: ", "Table does not exist");
            Probe six =
                    served.cluster.pod("client").tcp(InetAddress.ofLiteral("fd00:10:96::66"), 80);
            assertThat(six.run().answered()).isFalse();

            WithoutIpv6.end(served, swivel);

            await().atMost(PATIENCE).until(() -> six.run().answered());
            assertThat(NodeHttp.get(served.node(), "http://127.0.0.1:10249/statusz").body())
                    .doesNotContain("Failing");
            assertThat(served.logText().lines().filter(line -> line.startsWith("E")))
                    .as("one error for the absence")
                    .hasSize(1);
        }
    }

    /// Where the log goes and where temporary files would.
    @ParameterizedTest
    @ValueSource(strings = {"iptables", "userspace"})
    void aFullDiskCostsLogLinesAndNothingElse(String mode) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "legacy")) {
            Path full = Files.createDirectory(directory.resolve("full"));
            String launcher =
                    """
                    mount -t tmpfs -o size=4k none %1$s
                    head -c 4096 /dev/zero > %1$s/fill
                    export JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=%1$s
                    exec "$@" >> %1$s/log 2>&1
                    """
                            .formatted(full);
            Daemon swivel =
                    served.startSwivel(List.of("sh", "-c", launcher, "sh"), "--proxy-mode=" + mode);
            await().atMost(PATIENCE).until(() -> served.web().run().answered());
            served.amongMountsOf(swivel, "rm " + full + "/fill");
            served.api
                    .objects()
                    .patch(ResourceTypes.ENDPOINT_SLICES, "default", "web-1", ONLY_WEB_2);
            awaitOnly(served, "web-2");
            await().atMost(PATIENCE)
                    .until(() ->
                            served.amongMountsOf(swivel, "cat " + full + "/log")
                                    .contains("default/web:http programmed"));
        }
    }

    /// A right that is missing is missing for good.
    @Test
    void withoutTheRightsItSaysHowToGetThem() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            served.startSwivel(List.of("setpriv", "--bounding-set", "-net_admin"));
            await().atMost(PATIENCE)
                    .until(() -> served.logText().contains("capabilities.add: [NET_ADMIN]"));
            assertThat(NodeHttp.get(served.node(), "http://127.0.0.1:10256/livez").code())
                    .isEqualTo(503);
        }
    }

    /// Connection tracking remembers a packet that passed before the Service existed.
    @ParameterizedTest
    @ValueSource(strings = {"iptables", "userspace"})
    void aClientThatAskedTooEarlyIsServedFromTheSamePort(String mode) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            Probe early =
                    served.web()
                            .boundTo(
                                    new InetSocketAddress(
                                            InetAddress.ofLiteral("192.168.1.11"), 45_678));
            assertThat(early.run())
                    .as("before anything is programmed")
                    .isNotInstanceOf(ProbeResult.Answered.class);
            served.startSwivel("--proxy-mode=" + mode);
            awaitSync(served, 1);
            assertThat(early.run())
                    .as("from the same port, programmed")
                    .isInstanceOf(ProbeResult.Answered.class);
        }
    }

    /// SIGKILL at random moments while endpoints change: what stands in the kernel is always whole,
    /// and the next start follows.
    @Test
    void killsInTheMiddleOfChangesLeaveAWholeServiceBehind() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            Daemon swivel = served.startSwivel();
            awaitSync(served, 1);
            try (Load load = Load.ofNewConnections(served.web(), 2, Duration.ofMillis(1))) {
                for (int round = 1; round <= 3; round++) {
                    for (int change = 0; change < 40; change++) {
                        served.api
                                .objects()
                                .patch(
                                        ResourceTypes.ENDPOINT_SLICES,
                                        "default",
                                        "web-1",
                                        endpoints(random.nextBoolean(), true));
                        LockSupport.parkNanos(random.nextInt(20_000_000));
                    }
                    swivel.kill();
                    served.api
                            .objects()
                            .patch(ResourceTypes.ENDPOINT_SLICES, "default", "web-1", ONLY_WEB_2);
                    swivel = served.startSwivel();
                    awaitSync(served, round + 1);
                    awaitOnly(served, "web-2");
                }
                assertThat(load.stop().failures())
                        .as("seed %d; log:%n%s", seed, served.logText())
                        .isEmpty();
            }
        }
    }

    private static String endpoints(boolean first, boolean second) {
        return "endpoints: ["
                + (first ? "{addresses: [192.168.1.12], nodeName: node-1}" : "")
                + (first && second ? ", " : "")
                + (second ? "{addresses: [192.168.1.13], nodeName: node-1}" : "")
                + "]";
    }

    private static void awaitSync(ServedCluster served, int count) {
        await().atMost(PATIENCE).until(() -> served.syncs() >= count);
    }

    private static void awaitOnly(ServedCluster served, String pod) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(served.web().inParallel(12).perPod()).containsOnlyKeys(pod));
    }
}
