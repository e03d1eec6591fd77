package dev.swivel.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.lab.traffic.Behaviour;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.lab.traffic.ProbeResult.Failed;
import dev.swivel.lab.traffic.ProbeResult.Refused;
import dev.swivel.lab.traffic.ProbeResult.Reset;
import dev.swivel.lab.traffic.ProbeResult.TimedOut;
import dev.swivel.lab.traffic.SocketText;
import dev.swivel.lab.traffic.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each fate that a request can have is told apart from the others.
final class ProbeVerdictTest {
    private static final int PORT = 8080;
    private static final int NOBODY = 9999;

    private static LabCluster cluster;
    private static Pod web;
    private static Pod client;

    @BeforeAll
    static void build() throws Exception {
        Root.required();
        cluster =
                LabCluster.builder()
                        .pod(PodSpec.on("node-2", "web").tcp(PORT).udp(PORT))
                        .pod(PodSpec.on("node-1", "client"))
                        .start();
        web = cluster.pod("web");
        client = cluster.pod("client");
    }

    @AfterAll
    static void remove() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @AfterEach
    void answerAgain() throws Exception {
        for (var server : web.servers()) {
            server.behave(Behaviour.prompt());
            server.accept();
        }
    }

    @ParameterizedTest
    @CsvSource({"TCP,4", "UDP,4", "TCP,6", "UDP,6"})
    void aPortWithoutAServerRefuses(Transport transport, int family) {
        assertThat(probe(client, transport, family, NOBODY).run()).isEqualTo(new Refused());
    }

    @ParameterizedTest
    @CsvSource({"TCP,4", "UDP,4", "TCP,6", "UDP,6"})
    void aServerCanStopAndStartToListen(Transport transport, int family) throws Exception {
        var probe = probe(client, transport, family, PORT);
        web.servers().forEach(server -> server.refuse());
        assertThat(probe.run()).isEqualTo(new Refused());
        for (var server : web.servers()) {
            server.accept();
        }
        assertThat(probe.run().answered()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"TCP,4", "UDP,4", "TCP,6", "UDP,6"})
    void aRejectRuleRefusesEveryTime(Transport transport, int family) throws Exception {
        var rule = new Rule("node-1", family, "FORWARD", "REJECT");
        rule.change("-A");
        try {
            var seen = probe(client, transport, family, PORT).inParallel(100);
            assertThat(seen.results()).containsOnly(new Refused());
        } finally {
            rule.change("-D");
        }
    }

    @ParameterizedTest
    @CsvSource({"TCP,4", "UDP,4", "TCP,6", "UDP,6"})
    void aDropRuleTimesOut(Transport transport, int family) throws Exception {
        var rule = new Rule("node-1", family, "FORWARD", "DROP");
        rule.change("-A");
        try {
            var probe = probe(client, transport, family, PORT).within(Duration.ofMillis(200));
            assertThat(probe.run()).isEqualTo(new TimedOut(false));
        } finally {
            rule.change("-D");
        }
    }

    @ParameterizedTest
    @CsvSource({"TCP,4", "UDP,4", "TCP,6", "UDP,6"})
    void aDropRuleOnTheSendersOwnMachineTimesOutToo(Transport transport, int family)
            throws Exception {
        var rule = new Rule("node-1", family, "OUTPUT", "DROP");
        rule.change("-A");
        try {
            var probe =
                    probe(cluster.node("node-1"), transport, family, PORT)
                            .within(Duration.ofMillis(200));
            assertThat(probe.run()).isEqualTo(new TimedOut(false));
        } finally {
            rule.change("-D");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TCP", "UDP"})
    void aSilentServerTimesOut(Transport transport) {
        web.servers().forEach(server -> server.behave(new Behaviour.Silence()));
        var probe = probe(client, transport, 4, PORT).within(Duration.ofMillis(200));
        assertThat(probe.run()).isEqualTo(new TimedOut(transport == Transport.TCP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TCP", "UDP"})
    void aSlowServerAnswersLate(Transport transport) {
        var delay = Duration.ofMillis(150);
        web.servers().forEach(server -> server.behave(Behaviour.slow(delay)));
        var answer = probe(client, transport, 4, PORT).run().orThrow();
        assertThat(answer.latency()).isBetween(delay, Duration.ofMillis(650));
    }

    @Test
    void aServerThatResetsIsNoTimeOut() {
        web.tcpServer(PORT).behave(new Behaviour.Reset());
        assertThat(probe(client, Transport.TCP, 6, PORT).run()).isEqualTo(new Reset());
    }

    @ParameterizedTest
    @CsvSource({"TCP,4", "UDP,4", "TCP,6", "UDP,6"})
    void theSourceCanBeChosen(Transport transport, int family) {
        var node = cluster.node("node-1");
        var bridge = of(node.podRange().map(range -> range.host(1)), family);
        var source = new InetSocketAddress(bridge, 40_000 + family);

        var answer = probe(node, transport, family, PORT).boundTo(source).run().orThrow();

        assertThat(answer.sender()).isEqualTo(source);
        assertThat(answer.peerSeen()).isEqualTo(source);
    }

    @Test
    void aSourceThatIsNotThereFails() {
        var probe =
                probe(client, Transport.TCP, 4, PORT).boundTo(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(probe.run()).isInstanceOf(Failed.class);
    }

    @Test
    void anAddressWithoutARouteFails() {
        assertThat(cluster.router().tcp("198.51.100.1", 80).run()).isInstanceOf(Failed.class);
    }

    @Test
    void aConversationGoesOnUntilItIsCut() throws Exception {
        try (var conversation = probe(client, Transport.TCP, 4, PORT).open()) {
            assertThat(conversation.echo("one")).isEqualTo("one");
            web.tcpServer(PORT).refuse();
            assertThat(conversation.echo("two")).isEqualTo("two");
            assertThat(conversation.who().server().pod()).isEqualTo("web");
            web.tcpServer(PORT).resetConnections();
            assertThat(conversation.ask()).isEqualTo(new Reset());
        }
    }

    @Test
    void curlWorksByHand() throws Exception {
        var address = SocketText.format(web.addresses().ipv4());
        var page = client.exec("curl", "-s", "http://" + address + ":" + PORT + "/").text();
        assertThat(page).startsWith("pod=web container=main node=node-2 peer=192.168.1.11:");
    }

    private static Probe probe(Machine from, Transport transport, int family, int port) {
        var target = new InetSocketAddress(of(web.addresses(), family), port);
        return switch (transport) {
            case TCP -> Probe.tcp(from.place(), target);
            case UDP -> Probe.udp(from.place(), target);
        };
    }

    private static InetAddress of(DualStack<InetAddress> addresses, int family) {
        return family == 4 ? addresses.ipv4() : addresses.ipv6();
    }

    /// A rule for what goes to the server's port.
    private record Rule(String node, int family, String chain, String target) {
        void change(String verb) throws Exception {
            for (var protocol : new String[] {"tcp", "udp"}) {
                cluster.node(node)
                        .exec(
                                family == 4 ? "iptables" : "ip6tables",
                                verb,
                                chain,
                                "-p",
                                protocol,
                                "--dport",
                                Integer.toString(PORT),
                                "-j",
                                target);
            }
        }
    }
}
