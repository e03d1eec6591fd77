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
import dev.swivel.iptables.render.Layout;
import dev.swivel.iptables.render.Ruleset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The packet-path matrix (spec 3.7), every row with every detector, in both families.
class PathMatrixTest {
    private static final String NODE = "node";

    /// Where a packet comes from: letters as in the matrix.
    enum From {
        POD_HERE,
        POD_ELSEWHERE,
        HOST,
        OUTSIDE,
        OUTSIDE_ALLOWED
    }

    enum Detector {
        CLUSTER_CIDR,
        NODE_CIDR,
        BRIDGE,
        PREFIX,
        NONE
    }

    enum To {
        CLUSTER_IP,
        NODE_PORT,
        VIP,
        EXTERNAL_IP
    }

    enum Endpoints {
        BOTH_SETS,
        NO_LOCAL,
        NONE
    }

    /// Addresses of one family.
    private record Net(
            IpFamily family,
            String podHere,
            String podElsewhere,
            String node,
            String outside,
            String allowed,
            String clusterCidr,
            String nodeCidr,
            String clusterIp,
            String vip,
            String externalIp,
            String near,
            String far,
            String allowedRange) {
        static Net of(IpFamily family) {
            return family == IpFamily.IPV4
                    ? new Net(
                            family,
                            "10.244.1.9",
                            "10.244.2.9",
                            "10.128.0.2",
                            "10.130.0.9",
                            "198.51.100.7",
                            "10.244.0.0/16",
                            "10.244.1.0/24",
                            "10.96.0.10",
                            "203.0.113.20",
                            "203.0.113.21",
                            "10.244.1.5:8080",
                            "10.244.2.6:8080",
                            "198.51.100.0/24")
                    : new Net(
                            family,
                            "fd00:10:244:1::9",
                            "fd00:10:244:2::9",
                            "fd00:128::2",
                            "fd00:130::9",
                            "2001:db8:7::7",
                            "fd00:10:244::/48",
                            "fd00:10:244:1::/64",
                            "fd00:96::10",
                            "2001:db8::20",
                            "2001:db8::21",
                            "[fd00:10:244:1::5]:8080",
                            "[fd00:10:244:2::6]:8080",
                            "2001:db8:7::/48");
        }
    }

    /// One cell, with what the specification says about it.
    record Case(
            IpFamily family,
            Detector detector,
            boolean masqueradeAll,
            To to,
            boolean policyLocal,
            Endpoints endpoints,
            boolean restricted,
            From from) {
        boolean sourceIsLocal() {
            return (from == From.POD_HERE && detector != Detector.NONE)
                    || (from == From.POD_ELSEWHERE && detector == Detector.CLUSTER_CIDR);
        }

        boolean admitted() {
            return !restricted || to != To.VIP || from == From.OUTSIDE_ALLOWED;
        }

        /// `reject`, `drop`, or the endpoint set with `+snat` if masqueraded.
        String expected() {
            if (!admitted()) {
                return "drop";
            }
            if (endpoints == Endpoints.NONE) {
                return "reject";
            }
            if (to == To.CLUSTER_IP) {
                boolean snat = masqueradeAll || (detector != Detector.NONE && !sourceIsLocal());
                return balanced(policyLocal, snat);
            }
            if (!policyLocal) {
                return balanced(false, true);
            }
            if (sourceIsLocal()) {
                return balanced(false, false);
            }
            return from == From.HOST ? balanced(false, true) : balanced(true, false);
        }

        private String balanced(boolean localSet, boolean snat) {
            if (localSet && endpoints == Endpoints.NO_LOCAL) {
                return "drop";
            }
            String set = localSet ? "near" : endpoints == Endpoints.NO_LOCAL ? "far" : "both";
            return set + (snat ? "+snat" : "");
        }
    }

    static Stream<Arguments> cases() {
        List<Case> cases = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            for (Detector detector : Detector.values()) {
                for (To to : To.values()) {
                    for (boolean local : new boolean[] {false, true}) {
                        for (Endpoints endpoints : Endpoints.values()) {
                            for (From from : From.values()) {
                                for (boolean flag : new boolean[] {false, true}) {
                                    cases.add(
                                            new Case(
                                                    family, detector, flag, to, local, endpoints,
                                                    false, from));
                                    cases.add(
                                            new Case(
                                                    family, detector, false, to, local, endpoints,
                                                    flag, from));
                                }
                            }
                        }
                    }
                }
            }
        }
        return cases.stream()
                .distinct()
                .collect(Collectors.groupingBy(c -> c.family() + " " + c.detector() + " " + c.to()))
                .entrySet()
                .stream()
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void goesWhereTheMatrixSays(String name, List<Case> cases) {
        assertThat(cases).hasSizeGreaterThan(30);
        for (Case each : cases) {
            assertThat(traced(each)).as("%s", each).isEqualTo(each.expected());
        }
    }

    private static String traced(Case each) {
        Net net = Net.of(each.family());
        Sample service =
                Sample.tcp("demo/web:http")
                        .clusterIp(net.clusterIp(), 80)
                        .vip(net.vip(), 80)
                        .externalIp(net.externalIp(), 80)
                        .nodePort(30080);
        switch (each.endpoints()) {
            case BOTH_SETS -> service.cluster(net.near(), net.far()).local(net.near());
            case NO_LOCAL -> service.cluster(net.far());
            case NONE -> {}
        }
        if (each.policyLocal()) {
            service.internalLocal().externalLocal();
        }
        if (each.restricted()) {
            service.only(net.allowedRange());
        }
        Ruleset rules = Ruleset.of(layout(each, net), Sample.state(each.family(), service));
        return text(Trace.of(rules, packet(each, net)), net);
    }

    private static Layout layout(Case each, Net net) {
        LocalTraffic local =
                switch (each.detector()) {
                    case CLUSTER_CIDR -> new LocalTraffic.FromCidr(Cidr.of(net.clusterCidr()));
                    case NODE_CIDR -> new LocalTraffic.FromCidr(Cidr.of(net.nodeCidr()));
                    case BRIDGE -> new LocalTraffic.FromInterface("cni0");
                    case PREFIX -> new LocalTraffic.FromInterfacePrefix("cni");
                    case NONE -> LocalTraffic.UNKNOWN;
                };
        return new Layout(
                        each.family(),
                        14,
                        each.masqueradeAll(),
                        true,
                        true,
                        true,
                        List.of(),
                        LocalTraffic.UNKNOWN,
                        NodePortAddresses.ALL,
                        false)
                .with(
                        new NodeView(
                                NODE,
                                Optional.empty(),
                                List.of(IpAddress.of(net.node())),
                                local,
                                NodePortAddresses.ALL,
                                List.of(),
                                true));
    }

    private static Packet packet(Case each, Net net) {
        String source =
                switch (each.from()) {
                    case POD_HERE -> net.podHere();
                    case POD_ELSEWHERE -> net.podElsewhere();
                    case HOST -> net.node();
                    case OUTSIDE -> net.outside();
                    case OUTSIDE_ALLOWED -> net.allowed();
                };
        Optional<String> in =
                switch (each.from()) {
                    case POD_HERE -> Optional.of("cni0");
                    case HOST -> Optional.empty();
                    default -> Optional.of("eth0");
                };
        String to =
                switch (each.to()) {
                    case CLUSTER_IP -> net.clusterIp();
                    case NODE_PORT -> net.node();
                    case VIP -> net.vip();
                    case EXTERNAL_IP -> net.externalIp();
                };
        return new Packet(
                IpAddress.of(source),
                in,
                IpAddress.of(to),
                Protocol.TCP,
                each.to() == To.NODE_PORT ? 30080 : 80,
                Set.of(IpAddress.of(net.node())));
    }

    private static String text(Set<Outcome> outcomes, Net net) {
        IpAddress near = Sample.endpoint(net.near()).address();
        Set<String> found =
                outcomes.stream()
                        .map(outcome ->
                                switch (outcome) {
                                    case Outcome.Dropped() -> "drop";
                                    case Outcome.Rejected() -> "reject";
                                    case Outcome.NotCaptured(var toNode) ->
                                            toNode ? "node" : "past";
                                    case Outcome.ToEndpoint(var ip, var _, var masqueraded) ->
                                            (ip.equals(near) ? "near" : "far")
                                                    + (masqueraded ? "+snat" : "");
                                })
                        .collect(Collectors.toSet());
        if (found.equals(Set.of("near", "far"))) {
            return "both";
        }
        if (found.equals(Set.of("near+snat", "far+snat"))) {
            return "both+snat";
        }
        return found.size() == 1 ? found.iterator().next() : found.toString();
    }
}
