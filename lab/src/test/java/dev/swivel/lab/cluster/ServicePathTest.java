package dev.swivel.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ServerName;
import dev.swivel.lab.traffic.SocketText;
import dev.swivel.lab.traffic.TcpServer;
import dev.swivel.lab.traffic.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The paths a service proxy depends on, shown with one hand-made rule each: if one of these fails,
/// the lab is at fault and not the proxy.
final class ServicePathTest {
    private static final int PORT = 8080;
    private static final DualStack<String> CLUSTER_IP =
            new DualStack<>("10.96.0.10", "fd00:96::10");
    private static final DualStack<String> EXTERNAL_IP =
            new DualStack<>("203.0.113.7", "fd00:203::7");

    private static LabCluster cluster;

    @BeforeAll
    static void build() throws Exception {
        Root.required();
        cluster =
                LabCluster.builder()
                        .pod(PodSpec.on("node-1", "web").tcp(PORT).udp(PORT))
                        .pod(PodSpec.on("node-1", "client"))
                        .pod(PodSpec.on("node-1", "host-1").tcp(PORT).onHostNetwork())
                        .pod(PodSpec.on("node-2", "host-2").tcp(PORT).onHostNetwork())
                        .route(Subnet.parse("203.0.113.0/24"))
                        .route(Subnet.parse("fd00:203::/64"))
                        .start();
    }

    @AfterAll
    static void remove() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"TCP,4", "UDP,4", "TCP,6", "UDP,6"})
    void anAnswerOverTheSameBridgeGetsItsServiceAddressBack(Transport transport, int family)
            throws Exception {
        var web = cluster.pod("web");
        dnat("-A", family, web);
        try {
            var seen = probe(cluster.pod("client"), transport, family).run().orThrow();
            assertThat(seen.pod()).isEqualTo("web");
            assertThat(seen.sourceKept()).isTrue();
        } finally {
            dnat("-D", family, web);
        }
    }

    @ParameterizedTest
    @CsvSource({"TCP,4", "UDP,4", "TCP,6", "UDP,6"})
    void aPodReachesItselfThroughAService(Transport transport, int family) throws Exception {
        var web = cluster.pod("web");
        var address = SocketText.format(of(web.addresses(), family));
        dnat("-A", family, web);
        iptables(family, "-I", "POSTROUTING", "-s", address, "-d", address, "-j", "MASQUERADE");
        try {
            var seen = probe(web, transport, family).run().orThrow();
            var bridge = of(web.node().podRange().map(range -> range.host(1)), family);
            assertThat(seen.pod()).isEqualTo("web");
            assertThat(seen.peerSeen().getAddress()).isEqualTo(bridge);
        } finally {
            dnat("-D", family, web);
            iptables(family, "-D", "POSTROUTING", "-s", address, "-d", address, "-j", "MASQUERADE");
        }
    }

    @ParameterizedTest
    @CsvSource({"4", "6"})
    void theRouterSpreadsConnectionsToExternalAddressesOverTheNodes(int family) throws Exception {
        var address = of(EXTERNAL_IP, family);
        for (var node : cluster.nodes()) {
            node.exec("ip", "address", "add", address, "dev", "lo");
        }
        try {
            var outside = cluster.outside().tcp(address, PORT);
            assertThat(outside.times(64).perPod()).containsOnlyKeys("host-1", "host-2");

            var prefix = Subnet.parse(family == 4 ? "203.0.113.0/24" : "fd00:203::/64");
            cluster.router().route(prefix, List.of(cluster.node("node-2")));
            assertThat(outside.times(16).perPod()).isEqualTo(Map.of("host-2", 16));
            cluster.router().route(prefix, cluster.nodes());
        } finally {
            for (var node : cluster.nodes()) {
                node.exec("ip", "address", "delete", address, "dev", "lo");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4", "6"})
    void theApiServersMachineAndPodsReachEachOther(int family) throws Exception {
        var router = cluster.router();
        var name = new ServerName("api", "main", "router");
        try (var _ = TcpServer.listen(name, router.place(), PORT)) {
            var fromPod = cluster.pod("client").tcp(of(router.addresses(), family), PORT);
            assertThat(fromPod.run().orThrow().sourceKept()).isTrue();
            var toPod = router.tcp(of(cluster.pod("web").addresses(), family), PORT);
            assertThat(toPod.run().orThrow().sourceKept()).isTrue();
        }
    }

    @Test
    void eachNodeHasAnIptablesLockOfItsOwn(@TempDir Path logs) throws Exception {
        var node = cluster.node("node-1");
        var log = logs.resolve("lock.log");
        var daemon =
                node.spawn(
                        List.of("sh", "-c", "stat -c %i /run/xtables.lock \"$XTABLES_LOCKFILE\""),
                        Map.of(),
                        log);
        daemon.process().waitFor();
        var inodes = Files.readAllLines(log);
        var shared = Files.getAttribute(Path.of("/run/xtables.lock"), "unix:ino");
        assertThat(inodes).hasSize(2).containsOnly(inodes.getFirst());
        assertThat(inodes.getFirst()).isNotEqualTo(shared.toString());
    }

    private static Probe probe(Machine from, Transport transport, int family) {
        var address = of(CLUSTER_IP, family);
        return transport == Transport.TCP ? from.tcp(address, PORT) : from.udp(address, PORT);
    }

    private static void dnat(String verb, int family, Pod to) throws Exception {
        iptables(
                family,
                verb,
                "PREROUTING",
                "-d",
                of(CLUSTER_IP, family),
                "-j",
                "DNAT",
                "--to-destination",
                SocketText.format(of(to.addresses(), family)));
    }

    private static void iptables(int family, String... arguments) throws Exception {
        var argv = new ArrayList<String>();
        argv.addAll(List.of(family == 4 ? "iptables" : "ip6tables", "-t", "nat"));
        argv.addAll(List.of(arguments));
        cluster.node("node-1").exec(argv.toArray(String[]::new));
    }

    private static <T> T of(DualStack<T> both, int family) {
        return family == 4 ? both.ipv4() : both.ipv6();
    }
}
