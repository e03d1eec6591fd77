package dev.swivel.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult.Answered;
import dev.swivel.lab.traffic.SocketText;
import dev.swivel.lab.traffic.Transport;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Who reaches whom in a cluster without any service, and which source address the server sees.
final class ConnectivityTest {
    private static final int TCP = 8080;
    private static final int UDP = 5353;

    private static LabCluster cluster;

    /// One family over one transport.
    record Way(
            String name,
            Function<DualStack<InetAddress>, InetAddress> family,
            Transport transport) {
        Probe probe(Machine from, InetAddress to) {
            return switch (transport) {
                case TCP -> from.tcp(to, TCP);
                case UDP -> from.udp(to, UDP);
            };
        }

        InetAddress of(Machine machine) {
            return family.apply(machine.addresses());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Way> ways() {
        return List.of(
                new Way("IPv4 TCP", DualStack::ipv4, Transport.TCP),
                new Way("IPv4 UDP", DualStack::ipv4, Transport.UDP),
                new Way("IPv6 TCP", DualStack::ipv6, Transport.TCP),
                new Way("IPv6 UDP", DualStack::ipv6, Transport.UDP));
    }

    @BeforeAll
    static void build() throws Exception {
        Root.required();
        cluster =
                LabCluster.builder()
                        .pod(
                                PodSpec.on("node-1", "web-1")
                                        .tcp(TCP)
                                        .udp(UDP)
                                        .container("sidecar", Set.of(9090), Set.of(9053)))
                        .pod(PodSpec.on("node-1", "web-2").tcp(TCP).udp(UDP))
                        .pod(PodSpec.on("node-2", "web-3").tcp(TCP).udp(UDP))
                        .pod(PodSpec.on("node-2", "host-1").tcp(TCP).udp(UDP).onHostNetwork())
                        .start();
        cluster.addPod(PodSpec.on("node-1", "client"));
    }

    @AfterAll
    static void remove() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void containersOfOnePodTalkOverLocalhost(Way way) {
        var pod = cluster.pod("web-1");
        var localhost = way.family().apply(loopback());

        var main = way.probe(pod, localhost).run().orThrow();
        var sidecar =
                (way.transport() == Transport.TCP
                                ? pod.tcp(localhost, 9090)
                                : pod.udp(localhost, 9053))
                        .run()
                        .orThrow();

        assertThat(main.greeting().server().container()).isEqualTo("main");
        assertThat(sidecar.greeting().server().container()).isEqualTo("sidecar");
        assertThat(main.peerSeen().getAddress()).isEqualTo(localhost);
        assertThat(sidecar.peerSeen().getAddress()).isEqualTo(localhost);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void podsOfOneNodeSeeEachOther(Way way) {
        assertSeen(way, cluster.pod("client"), cluster.pod("web-2"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void podsOfTwoNodesSeeEachOtherWithoutNat(Way way) {
        assertSeen(way, cluster.pod("client"), cluster.pod("web-3"));
        assertSeen(way, cluster.pod("web-3"), cluster.pod("web-1"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aNodeReachesItsOwnPodsFromTheBridge(Way way) {
        var node = cluster.node("node-1");
        var bridge = way.family().apply(node.podRange().map(range -> range.host(1)));
        assertThat(ask(way, node, cluster.pod("web-1")).peerSeen().getAddress()).isEqualTo(bridge);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aNodeReachesPodsOfOtherNodesWithItsNodeAddress(Way way) {
        assertSeen(way, cluster.node("node-2"), cluster.pod("web-1"));
        assertSeen(way, cluster.node("node-1"), cluster.pod("web-3"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void podsReachHostNetworkPodsWithTheirOwnAddress(Way way) {
        assertSeen(way, cluster.pod("client"), cluster.pod("host-1"));
        assertSeen(way, cluster.pod("web-3"), cluster.pod("host-1"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void podsLeaveTheClusterWithTheirNodesAddress(Way way) throws Exception {
        var outside = cluster.outside();
        try (var server = OutsideServer.on(outside, way.transport(), TCP, UDP)) {
            var fromPod = ask(way, cluster.pod("client"), outside);
            var fromNode = ask(way, cluster.node("node-2"), outside);
            assertThat(fromPod.peerSeen().getAddress()).isEqualTo(way.of(cluster.node("node-1")));
            assertThat(fromNode.sourceKept()).isTrue();
            assertThat(server.name().pod()).isEqualTo("outside");
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void thePodNetworkIsClosedToTheOutside(Way way) {
        var result = way.probe(cluster.outside(), way.of(cluster.pod("web-1"))).run();
        assertThat(result.answered()).as("%s", result).isFalse();
    }

    static Stream<Arguments> waysAndFlavours() {
        return ways().stream()
                .flatMap(way -> Stream.of("nft", "legacy").map(kind -> Arguments.of(way, kind)));
    }

    @ParameterizedTest
    @MethodSource("waysAndFlavours")
    void theOutsideReachesAPodThroughAPortOfItsNode(Way way, String flavour) throws Exception {
        var node = cluster.node("node-1");
        var pod = cluster.pod("web-1");
        var rule = new PortOfNode(node, way, flavour, way.of(pod));
        rule.change("-A");
        try {
            var seen = rule.probe(cluster.outside()).run().orThrow();
            assertThat(seen.pod()).isEqualTo("web-1");
            assertThat(seen.sourceKept()).isTrue();
            assertThat(seen.greeting().local().getAddress()).isEqualTo(way.of(pod));
        } finally {
            rule.change("-D");
        }
        var result = rule.probe(cluster.outside()).run();
        assertThat(result.answered()).as("%s without the rule", result).isFalse();
    }

    /// A hand-made DNAT rule, the least a service proxy must do.
    private record PortOfNode(Node node, Way way, String flavour, InetAddress pod) {
        private static final int PORT = 30080;

        void change(String verb) throws Exception {
            boolean six = way.name().startsWith("IPv6");
            boolean udp = way.transport() == Transport.UDP;
            var address = SocketText.format(pod);
            node.exec(
                    (six ? "ip6tables-" : "iptables-") + flavour,
                    "-t",
                    "nat",
                    verb,
                    "PREROUTING",
                    "-p",
                    udp ? "udp" : "tcp",
                    "--dport",
                    Integer.toString(PORT),
                    "-j",
                    "DNAT",
                    "--to-destination",
                    (six ? "[" + address + "]" : address) + ":" + (udp ? UDP : TCP));
        }

        Probe probe(Machine from) {
            return way.transport() == Transport.TCP
                    ? from.tcp(way.of(node), PORT)
                    : from.udp(way.of(node), PORT);
        }
    }

    private static DualStack<InetAddress> loopback() {
        return new DualStack<>(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
    }

    private static Answered ask(Way way, Machine from, Machine to) {
        var answer = way.probe(from, way.of(to)).run().orThrow();
        assertThat(answer.pod()).isEqualTo(to.name());
        return answer;
    }

    private static void assertSeen(Way way, Machine from, Machine to) {
        assertThat(ask(way, from, to).peerSeen().getAddress())
                .as("%s from %s to %s", way, from, to)
                .isEqualTo(way.of(from));
    }
}
