package dev.swivel.lab.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.Pod;
import dev.swivel.lab.traffic.Conversation;
import dev.swivel.lab.traffic.Load;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Swivel processes in mode ipvs, and connections that live through what happens.
class IpvsLifeChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BOTH =
            "endpoints: [{addresses: [192.168.1.12], nodeName: node-1}, {addresses:"
                    + " [192.168.1.13], nodeName: node-1}]";
    private static final String ONLY_WEB_1 =
            "endpoints: [{addresses: [192.168.1.12], nodeName: node-1}]";
    private static final String ONLY_WEB_2 =
            "endpoints: [{addresses: [192.168.1.13], nodeName: node-1}]";

    private static final String SIGNALLING =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: signalling, namespace: default}
            spec:
              clusterIP: 10.96.0.30
              ports: [{name: s1, protocol: SCTP, port: 90, targetPort: 9090}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: signalling-1, namespace: default, labels: {kubernetes.io/service-name: signalling}}
            addressType: IPv4
            ports: [{name: s1, port: 9090, protocol: SCTP}]
            endpoints:
            - {addresses: [192.168.1.12], nodeName: node-1, conditions: {ready: true}}
            """;

    @TempDir Path directory;
    private ServedCluster served;

    @BeforeEach
    void build() throws Exception {
        served = new ServedCluster(directory, "legacy");
    }

    /// Patient, since a guest of one processor may stand still while a process starts.
    private Probe web() {
        return served.web().within(PATIENCE);
    }

    @AfterEach
    void remove() {
        served.close();
    }

    private Daemon start(String mode, String... more) throws IOException {
        int before = served.syncs();
        List<String> arguments = new ArrayList<>(List.of("--proxy-mode=" + mode));
        arguments.addAll(List.of(more));
        Daemon swivel = served.startSwivel(arguments.toArray(String[]::new));
        await().atMost(PATIENCE).until(() -> served.syncs() > before);
        return swivel;
    }

    private void endpoints(String slice) {
        served.api.objects().patch(ResourceTypes.ENDPOINT_SLICES, "default", "web-1", slice);
    }

    private String servers() throws IOException {
        return served.node().exec("ipvsadm", "-Sn").text();
    }

    private void awaitServers(String expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(servers()).contains(expected));
    }

    private static void awaitMore(Load load, int requests) {
        int soFar = load.soFar().total();
        await().atMost(PATIENCE).until(() -> load.soFar().total() >= soFar + requests);
    }

    @Test
    void aRollingUpdateLosesNoRequestAndWhatLeftStaysForItsConnections() throws Exception {
        endpoints(ONLY_WEB_1);
        Daemon swivel = start("ipvs");
        try (Conversation kept = web().open()) {
            endpoints(ONLY_WEB_2);
            awaitServers("-r 192.168.1.12:8080 -m -w 0");

            // who comes after a kill finds out from the kernel
            swivel.kill();
            start("ipvs");
            assertThat(servers())
                    .contains("-r 192.168.1.12:8080 -m -w 0", "-r 192.168.1.13:8080 -m -w 1");
            assertThat(kept.ask().answered()).isTrue();
            served.cluster.pod("web-1").tcpServer(8080).resetConnections();
        }
        await().atMost(PATIENCE).until(() -> !servers().contains("192.168.1.12"));

        try (Load fresh = Load.ofNewConnections(web(), 2, Duration.ofMillis(1));
                Load kept = Load.ofKeptConnections(web(), 2, Duration.ofMillis(5))) {
            for (String slice : List.of(BOTH, ONLY_WEB_1, BOTH, ONLY_WEB_2, BOTH)) {
                endpoints(slice);
                awaitMore(fresh, 60);
            }
            awaitServers("-r 192.168.1.12:8080 -m -w 1");
            assertThat(fresh.stop().failures()).as("log:%n%s", served.logText()).isEmpty();
            assertThat(fresh.soFar().distribution().perPod()).containsOnlyKeys("web-1", "web-2");
            assertThat(kept.stop().failures()).as("kept connections").isEmpty();
        }
    }

    @Test
    void sctpAssociationsAreServed() throws Exception {
        served.api.objects().apply(SIGNALLING);
        start("ipvs");
        try (SctpSocket listener = at("web-1", ip -> SctpSocket.listen(ip, 9090))) {
            Thread _ = Thread.ofVirtual().start(() -> greet(listener));
            InetAddress service = InetAddress.ofLiteral("10.96.0.30");
            try (SctpSocket client = at("client", _ -> SctpSocket.connect(service, 90))) {
                client.send("who?");
                assertThat(client.receive()).isEqualTo("web-1");
                assertThat(served.node().exec("ipvsadm", "-Lnc").text())
                        .containsPattern(
                                "SCTP .* ESTABLISHED .* 10\\.96\\.0\\.30:90 +192\\.168\\.1\\.12:9090");
            }
        }
    }

    private interface Opening {
        SctpSocket open(InetAddress own) throws IOException;
    }

    private SctpSocket at(String name, Opening opening) throws IOException {
        Pod pod = served.cluster.pod(name);
        return NetworkNamespace.open(pod.namespace())
                .call(() -> opening.open(pod.addresses().ipv4()));
    }

    private static void greet(SctpSocket listener) {
        try {
            SctpSocket accepted = listener.accept(); // open as long as the guest runs
            String _ = accepted.receive();
            accepted.send("web-1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// However far the first programming had come, the next start makes it whole.
    @Test
    void aKillInTheMiddleOfTheFirstProgrammingIsMadeGood() throws Exception {
        int services = 400;
        for (int i = 0; i < services; i++) {
            served.api.objects().apply(bystander(i));
        }
        Daemon swivel = served.startSwivel("--proxy-mode=ipvs");
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> served.node().exec("ipset", "list", "-n").text().contains("KUBE-"));
        swivel.kill();
        start("ipvs");
        List<String> made = servers().lines().toList();
        assertThat(made).filteredOn(line -> line.startsWith("-A")).hasSize(services + 1);
        assertThat(made).filteredOn(line -> line.startsWith("-a")).hasSize(services + 2);
        assertThat(web().run().answered()).isTrue();
        assertThat(served.logText().lines().filter(line -> line.startsWith("E"))).isEmpty();
    }

    private static String bystander(int number) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: s%1$d, namespace: default}
        spec:
          clusterIP: 10.96.%2$d.%3$d
          ports: [{name: http, port: 80, targetPort: 8080}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: s%1$d-1, namespace: default, labels: {kubernetes.io/service-name: s%1$d}}
        addressType: IPv4
        ports: [{name: http, port: 8080, protocol: TCP}]
        endpoints:
        - {addresses: [192.168.1.12], nodeName: node-1, conditions: {ready: true}}
        """
                .formatted(number, 1 + number / 200, 1 + number % 200);
    }

    @Test
    void takesOverFromModeIptablesAndGivesBackWithoutAGap() throws Exception {
        restore(List.of("iptables-legacy-restore", "-w", "--noflush"), TakeoverTest.KUBE_PROXY);
        try (Load fresh = Load.ofNewConnections(web(), 2, Duration.ofMillis(1));
                Load first = Load.ofKeptConnections(web(), 2, Duration.ofMillis(5))) {
            Daemon ipvs = start("ipvs");
            awaitMore(fresh, 60);
            assertThat(fresh.soFar().failures()).as("log:%n%s", served.logText()).isEmpty();
            assertThat(nat()).doesNotContain("KUBE-SVC-", "KUBE-SEP-", "KUBE-NODEPORTS");
            try (Load second = Load.ofKeptConnections(web(), 2, Duration.ofMillis(5))) {
                ipvs.stop(Duration.ofSeconds(20));
                start("iptables");
                assertThat(nat()).contains("KUBE-SVC-");
                awaitMore(fresh, 60);
                assertThat(servers()).as("what carries connections").contains("10.96.0.10:80");
                assertThat(second.stop().failures()).as("connections of mode ipvs").isEmpty();
            }
            assertThat(fresh.stop().failures()).as("log:%n%s", served.logText()).isEmpty();
            assertThat(first.stop().failures()).as("connections of kube-proxy").isEmpty();
        }
    }

    /// A daemon of mode userspace carries its connections itself: it ends after them.
    @Test
    void changesToModeUserspaceAndBackWithoutAGap() throws Exception {
        Daemon ipvs = start("ipvs");
        try (Load fresh = Load.ofNewConnections(web(), 2, Duration.ofMillis(1));
                Load first = Load.ofKeptConnections(web(), 2, Duration.ofMillis(5))) {
            awaitMore(fresh, 60);
            ipvs.stop(Duration.ofSeconds(20));
            Daemon userspace = start("userspace");
            assertThat(nat()).contains("KUBE-USR-CAPTURE");
            try (Load second = Load.ofKeptConnections(web(), 2, Duration.ofMillis(5))) {
                awaitMore(fresh, 60);
                assertThat(servers()).as("what carries connections").contains("10.96.0.10:80");
                start("ipvs", UserspaceLifeTest.OTHER_PORTS);
                await().atMost(PATIENCE).until(() -> !nat().contains("KUBE-USR-CAPTURE"));
                userspace.process().destroy(); // drains
                awaitMore(fresh, 60);
                assertThat(second.stop().failures()).as("connections of userspace").isEmpty();
            }
            assertThat(userspace.stop(Duration.ofSeconds(40))).as("ends by itself").isTrue();
            await().atMost(PATIENCE).until(() -> !nat().contains("KUBE-USR"));
            assertThat(fresh.stop().failures()).as("log:%n%s", served.logText()).isEmpty();
            assertThat(first.stop().failures()).as("connections of mode ipvs").isEmpty();
        }
        assertThat(servers()).contains("-r 192.168.1.12:8080 -m -w 1");
    }

    /// What kube-proxy 1.36 in mode ipvs leaves, cut down to what matters here.
    @Test
    void takesOverFromKubeProxyInModeIpvs() throws Exception {
        for (String line :
                List.of(
                        "sysctl -qw net.ipv4.vs.conntrack=1",
                        "ip link add kube-ipvs0 type dummy",
                        "ip address add 10.96.0.10/32 dev kube-ipvs0",
                        "ip address add 10.96.0.99/32 dev kube-ipvs0",
                        "ipvsadm -A -t 192.0.2.1:80 -s rr")) {
            served.node().exec(line.split(" ", -1));
        }
        restore(
                List.of("ipvsadm", "--restore"),
                """
                -A -t 10.96.0.10:80 -s rr
                -a -t 10.96.0.10:80 -r 192.168.1.12:8080 -m -w 1
                -a -t 10.96.0.10:80 -r 192.168.1.13:8080 -m -w 1
                -A -t 10.96.0.99:80 -s rr
                """);
        restore(
                List.of("ipset", "restore"),
                """
                create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536
                add KUBE-CLUSTER-IP 10.96.0.10,tcp:80
                create KUBE-LOOP-BACK hash:ip,port,ip family inet hashsize 1024 maxelem 65536
                create KUBE-IPVS-IPS hash:ip family inet hashsize 1024 maxelem 65536
                """);
        restore(
                List.of("iptables-legacy-restore", "-w", "--noflush"),
                """
                *filter
                :KUBE-IPVS-FILTER - [0:0]
                :KUBE-IPVS-OUT-FILTER - [0:0]
                -A INPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-FILTER
                -A OUTPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-OUT-FILTER
                -A KUBE-IPVS-FILTER -m set --match-set KUBE-CLUSTER-IP dst,dst -j RETURN
                -A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT --reject-with icmp-port-unreachable
                COMMIT
                """);
        try (Load fresh = Load.ofNewConnections(web(), 2, Duration.ofMillis(1));
                Load kept = Load.ofKeptConnections(web(), 2, Duration.ofMillis(5))) {
            start("ipvs");
            awaitMore(fresh, 60);
            assertThat(fresh.stop().failures()).as("log:%n%s", served.logText()).isEmpty();
            assertThat(kept.stop().failures()).as("kept connections").isEmpty();
        }
        assertThat(servers()).contains("192.0.2.1:80").doesNotContain("10.96.0.99");
        assertThat(served.node().exec("ip", "-o", "address", "show", "kube-ipvs0").text())
                .doesNotContain("10.96.0.99");
        assertThat(served.node().exec("ipset", "list", "-t", "KUBE-CLUSTER-IP").text())
                .contains("maxelem 1048576");
        assertThat(served.node().exec("iptables-legacy-save", "-t", "filter").text())
                .doesNotContain("KUBE-IPVS-OUT-FILTER");
    }

    private String nat() throws IOException {
        return served.node().exec("iptables-legacy-save", "-t", "nat").text();
    }

    private void restore(List<String> program, String text) throws IOException {
        var _ =
                served.node()
                        .command(program)
                        .withInput(text.getBytes(StandardCharsets.UTF_8))
                        .run();
    }
}
