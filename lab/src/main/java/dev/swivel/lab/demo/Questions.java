package dev.swivel.lab.demo;

import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.cluster.Machine;
import dev.swivel.lab.demo.Question.Expectation;
import dev.swivel.lab.demo.Question.Expectation.Answer;
import dev.swivel.lab.demo.Question.Expectation.Dropped;
import dev.swivel.lab.demo.Question.Expectation.OnePodOf;
import dev.swivel.lab.demo.Question.Expectation.Refused;
import dev.swivel.lab.traffic.Probe;
import java.util.List;
import java.util.Set;

/// Who asks what in the demo, and what should come of it (the rules: docs/design.md, "Who gets an
/// answer").
final class Questions {
    private static final Set<String> WEB = Set.of("web-1", "web-2", "web-3");
    private static final Expectation ALL_KEPT = new Answer(WEB, true);
    private static final Expectation ALL_MASQUERADED = new Answer(WEB, false);

    private final Machine client1;
    private final Machine client2;
    private final Machine self;
    private final Machine node1;
    private final Machine node2;
    private final Machine outside;
    private final Expectation atLoopback;

    /// @param mode in which the nodes are served
    Questions(LabCluster cluster, DemoMode mode) {
        // IPVS sends nothing on that comes from a loopback address
        atLoopback = mode == DemoMode.IPVS ? new Refused() : ALL_MASQUERADED;
        client1 = cluster.pod("client-1");
        client2 = cluster.pod("client-2");
        self = cluster.pod("self-1");
        node1 = cluster.node("node-1");
        node2 = cluster.node("node-2");
        outside = cluster.outside();
    }

    List<Question> all() {
        return List.of(
                ask("shop/web", "ClusterIP", client1, "10.96.0.10", 80, ALL_KEPT),
                ask("shop/web", "ClusterIP", client2, "10.96.0.10", 80, ALL_KEPT),
                ask("shop/web", "ClusterIP", node1, "10.96.0.10", 80, ALL_MASQUERADED),
                ask("shop/web", "ClusterIP", client1, "fd00:10:96::10", 80, ALL_KEPT),
                ask("shop/web", "NodePort", outside, "10.128.0.2", 30080, ALL_MASQUERADED),
                ask("shop/web", "NodePort", outside, "fd00:10:128::3", 30080, ALL_MASQUERADED),
                ask("shop/web", "NodePort", client2, "10.128.0.2", 30080, ALL_MASQUERADED),
                ask("shop/web", "NodePort", node2, "127.0.0.1", 30080, atLoopback),
                ask("shop/web", "external IP", outside, "203.0.113.50", 80, ALL_MASQUERADED),
                ask(
                        "shop/edge",
                        "LoadBalancer",
                        outside,
                        "203.0.113.10",
                        443,
                        new Answer(Set.of("edge-1"), true)),
                ask(
                        "shop/edge",
                        "LoadBalancer",
                        client2,
                        "203.0.113.10",
                        443,
                        new Answer(Set.of("edge-1"), true)),
                ask("shop/edge", "NodePort", outside, "10.128.0.3", 30443, new Dropped()),
                ask(
                        "shop/guarded",
                        "LoadBalancer",
                        outside,
                        "203.0.113.11",
                        80,
                        new Answer(Set.of("web-1"), false)),
                ask("shop/guarded", "LoadBalancer", client1, "203.0.113.11", 80, new Dropped()),
                ask("shop/cart", "ClusterIP", client1, "10.96.0.40", 80, new OnePodOf(WEB)),
                askUdp(
                        "shop/dns",
                        "ClusterIP udp",
                        client1,
                        "10.96.0.53",
                        53,
                        new Answer(Set.of("dns-1", "dns-2"), true)),
                ask(
                        "shop/self",
                        "ClusterIP",
                        self,
                        "10.96.0.60",
                        80,
                        new Answer(Set.of("self-1"), false)),
                ask(
                        "shop/agent",
                        "ClusterIP",
                        client1,
                        "10.96.0.70",
                        80,
                        new Answer(Set.of("web-1"), true)),
                ask("shop/agent", "ClusterIP", client2, "10.96.0.70", 80, new Dropped()),
                ask("shop/empty", "ClusterIP", client1, "10.96.0.80", 80, new Refused()));
    }

    private static Question ask(
            String service,
            String kind,
            Machine by,
            String address,
            int port,
            Expectation expectation) {
        return question(service, kind, by, address, port, by.tcp(address, port), expectation);
    }

    private static Question askUdp(
            String service,
            String kind,
            Machine by,
            String address,
            int port,
            Expectation expectation) {
        return question(service, kind, by, address, port, by.udp(address, port), expectation);
    }

    private static Question question(
            String service,
            String kind,
            Machine by,
            String address,
            int port,
            Probe probe,
            Expectation expectation) {
        String shown =
                address.indexOf(':') < 0 ? address + ":" + port : "[" + address + "]:" + port;
        return new Question(service, kind + " " + shown, by.name(), by, probe, expectation);
    }
}
