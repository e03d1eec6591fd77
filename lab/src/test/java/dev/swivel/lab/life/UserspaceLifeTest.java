package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.SwivelProcess;
import dev.swivel.lab.traffic.Load;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mode userspace starts, dies, is replaced and goes.
class UserspaceLifeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(40);
    private static final String MODE = "--proxy-mode=userspace";

    /// Of a second daemon on the same node.
    static final String[] OTHER_PORTS = {
        "--healthz-bind-address=127.0.0.1:20256", "--metrics-bind-address=127.0.0.1:20249"
    };

    /// Starts a program whose iptables knows no NAT of ranges.
    private static final List<String> WITHOUT_NETMAP =
            List.of(
                    "sh",
                    "-c",
                    "for l in /usr/lib/*/xtables/lib*_NETMAP.so; do mount --bind /dev/null $l; done;"
                            + " exec \"$@\"",
                    "sh");

    private static final String NAMES =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: names, namespace: default}
            spec:
              clusterIP: 10.96.0.11
              ports: [{name: dns, protocol: UDP, port: 53, targetPort: 8080}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: names-1, namespace: default, labels: {kubernetes.io/service-name: names}}
            addressType: IPv4
            ports: [{name: dns, port: 8080, protocol: UDP}]
            endpoints:
            - {addresses: [192.168.1.12], nodeName: node-1, conditions: {ready: true}}
            - {addresses: [192.168.1.13], nodeName: node-1, conditions: {ready: true}}
            """;

    @TempDir Path directory;

    @Test
    void aKilledDaemonRefusesUntilTheNextOneTakesOver() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            Daemon swivel = served.startSwivel(MODE);
            awaitSync(served, 1);
            try (Load open = Load.ofKeptConnections(served.web(), 1000, Duration.ofMillis(200))) {
                assertThat(open.soFar().failures()).isEmpty();
                swivel.kill();
                // A program that the daemon was starting may hold its sockets a moment longer.
                assertThat(served.web().run())
                        .as("nobody serves, and nobody is left waiting")
                        .isInstanceOfAny(ProbeResult.Refused.class, ProbeResult.Reset.class);
                await().atMost(PATIENCE)
                        .until(() -> served.web().run() instanceof ProbeResult.Refused);
                await().atMost(PATIENCE).until(() -> open.soFar().failures().size() == 1000);
                served.startSwivel(MODE);
                await().atMost(PATIENCE).until(() -> served.web().run().answered());
            }
            assertThat(served.web().inParallel(50).perPod()).containsOnlyKeys("web-1", "web-2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void cleanupAfterAKillLeavesNothing(String flavour) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, flavour)) {
            served.node().exec("iptables-" + flavour, "-w", "-N", "FOREIGN");
            Daemon swivel = served.startSwivel(WITHOUT_NETMAP, MODE);
            awaitSync(served, 1);
            assertThat(rules(served, flavour)).contains("KUBE-USR").doesNotContain("NETMAP");
            assertThat(served.logText()).contains("modprobe xt_NETMAP");
            assertThat(served.web().run().orThrow().sourceKept()).isTrue();
            assertThat(served.node().exec("ip", "route", "show", "table", "local").text())
                    .contains("250.0.0.0/7");
            swivel.kill();

            List<String> argv = new ArrayList<>(SwivelProcess.command());
            argv.add("cleanup");
            served.node().command(argv).withTimeout(PATIENCE).run();

            for (String program : List.of("iptables-", "ip6tables-")) {
                assertThat(served.node().exec(program + flavour + "-save").text())
                        .doesNotContain("KUBE-USR");
            }
            assertThat(served.node().exec("iptables-" + flavour + "-save").text())
                    .contains(":FOREIGN");
            assertThat(served.node().exec("ipset", "list", "-n").text()).isEmpty();
            for (String family : List.of("-4", "-6")) {
                assertThat(served.node().exec("ip", family, "route", "show", "table", "all").text())
                        .doesNotContain("250.0.0.0/7", "fd73:7769");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void everythingFlushedIsRepaired(String flavour) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, flavour)) {
            served.startSwivel(MODE);
            awaitSync(served, 1);
            for (String table : List.of("nat", "filter")) {
                served.node().exec("iptables-" + flavour, "-w", "-t", table, "-F");
                served.node().exec("iptables-" + flavour, "-w", "-t", table, "-X");
            }
            served.node().exec("ip", "route", "flush", "table", "local", "250.0.0.0/7");
            Instant flushed = Instant.now();
            await().atMost(PATIENCE).until(() -> served.web().run().answered());
            assertThat(Duration.between(flushed, Instant.now())).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void anotherDaemonOfTheModeTakesOverWithoutAGap() throws Exception {
        try (ServedCluster served = new ServedCluster(directory, "nft")) {
            Daemon first = served.startSwivel(MODE);
            awaitSync(served, 1);
            served.api.objects().apply(NAMES);
            Probe names = served.cluster.pod("client").udp("10.96.0.11", 53);
            await().atMost(PATIENCE).until(() -> names.run().answered());
            try (Load fresh = Load.ofNewConnections(served.web(), 2, Duration.ofMillis(1));
                    Load questions = Load.ofNewConnections(names, 2, Duration.ofMillis(1))) {
                served.startSwivel(with(MODE, OTHER_PORTS));
                awaitSync(served, 2);
                assertThat(first.stop(GRACE)).as("ends by itself").isTrue();
                awaitMore(fresh);
                awaitMore(questions);
                assertThat(fresh.stop().failures()).as(served.logText()).isEmpty();
                assertThat(questions.stop().failures()).as(served.logText()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void takesOverFromModeIptablesWithoutAGap(String flavour) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, flavour)) {
            Daemon iptables = served.startSwivel();
            awaitSync(served, 1);
            try (Load fresh = Load.ofNewConnections(served.web(), 2, Duration.ofMillis(1));
                    Load kept = Load.ofKeptConnections(served.web(), 4, Duration.ofMillis(5))) {
                assertThat(iptables.stop(GRACE)).isTrue();
                served.startSwivel(MODE);
                awaitSync(served, 2);
                await().atMost(PATIENCE).until(() -> !rules(served, flavour).contains("KUBE-SVC-"));
                awaitMore(fresh);
                assertThat(fresh.stop().failures()).as(served.logText()).isEmpty();
                assertThat(kept.stop().failures()).as("kept connections").isEmpty();
            }
            assertThat(rules(served, flavour)).contains("KUBE-USR-CAPTURE");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void givesOverToModeIptablesWithoutAGap(String flavour) throws Exception {
        try (ServedCluster served = new ServedCluster(directory, flavour)) {
            Daemon userspace = served.startSwivel(MODE);
            awaitSync(served, 1);
            try (Load fresh = Load.ofNewConnections(served.web(), 2, Duration.ofMillis(1));
                    Load kept = Load.ofKeptConnections(served.web(), 4, Duration.ofMillis(5))) {
                served.startSwivel(OTHER_PORTS);
                awaitSync(served, 2);
                await().atMost(PATIENCE)
                        .until(() -> !rules(served, flavour).contains("KUBE-USR-CAPTURE"));
                // It sees that it is not to put them back, nor to serve what comes new.
                served.api.objects().apply(NAMES);
                Probe names = served.cluster.pod("client").udp("10.96.0.11", 53);
                await().atMost(PATIENCE).until(() -> names.run().answered());
                await().atMost(PATIENCE).until(() -> served.logText().contains("another mode"));
                assertThat(rules(served, flavour)).doesNotContain("KUBE-USR-CAPTURE");
                userspace.process().destroy(); // drains
                awaitMore(fresh);
                assertThat(fresh.stop().failures()).as(served.logText()).isEmpty();
                assertThat(kept.stop().failures()).as("kept connections").isEmpty();
            }
            assertThat(userspace.stop(GRACE)).as("ends by itself").isTrue();
            await().atMost(PATIENCE)
                    .until(() ->
                            !served.node()
                                    .exec("ip", "route", "show", "table", "local")
                                    .text()
                                    .contains("250.0.0.0/7"));
            assertThat(rules(served, flavour)).doesNotContain("KUBE-USR");
            assertThat(served.web().run().answered()).isTrue();
        }
    }

    private static String[] with(String first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String rules(ServedCluster served, String flavour) throws Exception {
        return served.node().exec("iptables-" + flavour + "-save").text();
    }

    private static void awaitSync(ServedCluster served, int count) {
        await().atMost(PATIENCE).until(() -> served.syncs() >= count);
    }

    private static void awaitMore(Load load) {
        int soFar = load.soFar().total();
        await().atMost(PATIENCE).until(() -> load.soFar().total() > soFar + 500);
    }
}
