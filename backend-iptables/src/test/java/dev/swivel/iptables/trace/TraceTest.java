package dev.swivel.iptables.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.swivel.core.fixture.Sample;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.Protocol;
import dev.swivel.iptables.Layouts;
import dev.swivel.iptables.render.Ruleset;
import dev.swivel.iptables.trace.Outcome.NotCaptured;
import dev.swivel.iptables.trace.Outcome.ToEndpoint;
import dev.swivel.netfilter.rule.SetName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the matrix does not say in rows of its own.
class TraceTest {
    private static final String A = "10.244.1.5:8080";
    private static final String B = "10.244.2.6:8080";

    private static Sample web() {
        return Sample.tcp("demo/web:http")
                .clusterIp("10.96.0.10", 80)
                .vip("10.128.0.2", 80)
                .nodePort(30080)
                .cluster(A, B);
    }

    @Test
    void aPodThatReachesItselfIsMasqueraded() {
        assertThat(trace(packet("10.244.1.5", "cni0", "10.96.0.10", 80), web()))
                .containsExactlyInAnyOrder(to(A, true), to(B, false));
    }

    @Test
    void nodePortsAnswerOnLocalhost() {
        assertThat(trace(packet("127.0.0.1", null, "127.0.0.1", 30080), web().externalLocal()))
                .containsExactlyInAnyOrder(to(A, true), to(B, true));
    }

    @Test
    void nodePortsDoNotAnswerOnLocalhostWhenSwitchedOff() {
        NodeView node = node(NodePortAddresses.ALL, false);
        assertThat(trace(packet("127.0.0.1", null, "127.0.0.1", 30080), node, web()))
                .containsExactly(new NotCaptured(true));
        assertThat(
                        trace(
                                packet("127.0.0.1", null, "127.0.0.1", 30080),
                                node,
                                web().hasAny(false).cluster()))
                .containsExactly(new NotCaptured(true));
    }

    @Test
    void nodePortsAnswerOnTheirAddressesOnly() {
        NodeView node = node(new NodePortAddresses.Only(List.of(IpAddress.of("10.128.0.2"))), true);
        assertThat(trace(packet("10.130.0.9", "eth0", "10.128.0.2", 30080), node, web()))
                .containsExactlyInAnyOrder(to(A, true), to(B, true));
        assertThat(trace(packet("10.130.0.9", "eth0", "10.129.0.2", 30080), node, web()))
                .containsExactly(new NotCaptured(true));
        assertThat(
                        trace(
                                packet("10.130.0.9", "eth0", "10.129.0.2", 30080),
                                node,
                                web().hasAny(false).cluster()))
                .containsExactly(new NotCaptured(true));
    }

    @Test
    void serviceAddressesWinOverNodePorts() {
        Sample other = Sample.tcp("demo/other").nodePort(80).cluster("10.244.1.7:80");
        assertThat(trace(packet("10.130.0.9", "eth0", "10.128.0.2", 80), web(), other))
                .containsExactlyInAnyOrder(to(A, true), to(B, true));
        assertThat(trace(packet("10.130.0.9", "eth0", "10.129.0.2", 80), web(), other))
                .containsExactly(to("10.244.1.7:80", true));
    }

    @Test
    void aRememberedClientStaysWithItsEndpoint() {
        Ruleset rules = rules(node(NodePortAddresses.ALL, true), web().affinity(100));
        Packet packet = packet("10.244.1.9", "cni0", "10.96.0.10", 80);
        assertThat(Trace.of(rules, packet)).hasSize(2);
        for (SetName set : rules.affinity().keySet()) {
            var remembered = Map.of(set, Set.of(IpAddress.of("10.244.1.9")));
            assertThat(Trace.of(rules, packet, remembered)).hasSize(1);
        }
    }

    @Test
    void nobodyMayUseAVipWithoutValidRanges() {
        Sample closed =
                Sample.tcp("demo/closed").vip("203.0.113.20", 80).nodePort(30081).only().cluster(A);
        assertThat(trace(packet("10.130.0.9", "eth0", "203.0.113.20", 80), closed))
                .containsExactly(new Outcome.Dropped());
        assertThat(trace(packet("10.130.0.9", "eth0", "10.128.0.2", 30081), closed))
                .containsExactly(to(A, true));
    }

    @Test
    void theNodeMayUseAVipThatIsItsOwnAddress() {
        Sample guarded = Sample.tcp("demo/g").vip("203.0.113.20", 80).cluster(A);
        Packet packet = packet("203.0.113.20", null, "203.0.113.20", 80);
        assertThat(trace(packet, guarded.only("10.128.0.0/24"))).containsExactly(to(A, true));
        assertThat(trace(packet, guarded.only("10.99.0.0/24")))
                .containsExactly(new Outcome.Dropped());
    }

    @Test
    void whatTheNodeSendsToAVipWithoutEndpointsIsRejected() {
        Sample empty = Sample.tcp("demo/empty").vip("203.0.113.20", 80);
        assertThat(trace(packet("10.128.0.2", null, "203.0.113.20", 80), empty))
                .containsExactly(new Outcome.Rejected());
    }

    @Test
    void otherPortsOfAServiceAddressAreNotCaptured() {
        assertThat(trace(packet("10.244.1.9", "cni0", "10.96.0.10", 81), web()))
                .containsExactly(new NotCaptured(false));
    }

    private static Outcome to(String endpoint, boolean masqueraded) {
        var parsed = Sample.endpoint(endpoint);
        return new ToEndpoint(parsed.address(), parsed.port(), masqueraded);
    }

    /// What this machine sends comes from an address of its own.
    private static Packet packet(String from, String in, String to, int port) {
        return new Packet(
                IpAddress.of(from),
                Optional.ofNullable(in),
                IpAddress.of(to),
                Protocol.TCP,
                port,
                Stream.of("10.128.0.2", "10.129.0.2", in == null ? from : "10.128.0.2")
                        .map(IpAddress::of)
                        .collect(Collectors.toSet()));
    }

    private static NodeView node(NodePortAddresses nodePorts, boolean localhost) {
        return new NodeView(
                "node-1",
                Optional.empty(),
                List.of(IpAddress.of("10.128.0.2")),
                new LocalTraffic.FromCidr(Cidr.of("10.244.0.0/16")),
                nodePorts,
                List.of(),
                localhost);
    }

    private static Ruleset rules(NodeView node, Sample... services) {
        return Ruleset.of(
                Layouts.of(IpFamily.IPV4).with(node), Sample.state(IpFamily.IPV4, services));
    }

    private static Set<Outcome> trace(Packet packet, Sample... services) {
        return trace(packet, node(NodePortAddresses.ALL, true), services);
    }

    private static Set<Outcome> trace(Packet packet, NodeView node, Sample... services) {
        return Trace.of(rules(node, services), packet);
    }
}
