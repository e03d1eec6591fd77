package dev.swivel.lab.demo;

import dev.swivel.lab.api.store.ResourceType;
import dev.swivel.lab.api.store.ResourceTypes;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.cluster.Node;
import dev.swivel.lab.traffic.Load;
import dev.swivel.lab.traffic.LoadReport;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Changes while requests run: how soon Swivel follows, and whether a request is lost on the way.
final class Changes {
    private static final ResourceType SLICES = type("discovery.k8s.io/v1", "EndpointSlice");
    private static final ResourceType SERVICES = type("v1", "Service");
    private static final String THREE = "192.168.1.12 192.168.2.12 192.168.2.13";
    private static final String TWO = "192.168.1.12 192.168.2.12";
    private static final String OTHERS = "192.168.1.12 192.168.2.12 192.168.2.15";

    private static final int ASKERS = 24;

    private final Demo demo;
    private final LabCluster cluster;
    private final IptablesFlavour flavour;
    private final DemoMode mode;
    private final List<List<String>> rows = new ArrayList<>();
    private boolean good = true;

    Changes(Demo demo, IptablesFlavour flavour, DemoMode mode) {
        this.demo = demo;
        this.cluster = demo.cluster();
        this.flavour = flavour;
        this.mode = mode;
    }

    static List<String> head() {
        return List.of("WHAT HAPPENED", "FOLLOWED AFTER", "REQUESTS MEANWHILE", "FAILED");
    }

    List<List<String>> rows() {
        return rows;
    }

    boolean allGood() {
        return good;
    }

    void run() throws IOException, CommandException {
        endpoints("web-3 leaves shop/web", TWO, "web-3", false);
        endpoints("web-4 joins shop/web", OTHERS, "web-4", true);
        endpoints("web-3 is back, web-4 goes", THREE, "web-3", true);
        serviceGoesAndComes();
        if (mode.outlivesTheDaemon()) {
            swivelIsKilled();
        } else {
            swivelIsReplaced();
        }
        othersInterfere();
    }

    /// The endpoints of shop/web change; the requests must follow and none may fail.
    private void endpoints(String what, String addresses, String pod, boolean joins)
            throws IOException {
        try (Load load = load()) {
            Demo.await("no requests get through", () -> load.soFar().total() > 50);
            Instant written = Instant.now();
            demo.api().objects().patch(SLICES, "shop", "web-1", endpointsPatch(addresses));
            if (joins) {
                Demo.await(
                        pod + " is not given requests",
                        () -> load.soFar().since(written).firstAnswerOf(pod).isPresent());
            } else {
                Demo.await(pod + " still gets requests", () -> isQuiet(load.soFar(), pod));
            }
            LoadReport report = load.stop();
            Instant followed =
                    (joins ? report.since(written).firstAnswerOf(pod) : report.lastAnswerOf(pod))
                            .orElse(written);
            add(
                    what,
                    Duration.between(written, followed.isBefore(written) ? written : followed),
                    report,
                    0);
        }
    }

    private static boolean isQuiet(LoadReport report, String pod) {
        Instant last = report.lastAnswerOf(pod).orElse(Instant.MIN);
        return report.since(last).total() > 300;
    }

    /// A Service is deleted and made anew: nobody answers in between, and then it is back. Many
    /// askers, since one that is left without an answer waits.
    private void serviceGoesAndComes() throws IOException {
        Probe probe = cluster.pod("client-2").tcp("10.96.0.60", 80).within(Duration.ofMillis(50));
        try (Load load = Load.ofNewConnections(probe, ASKERS, Duration.ofMillis(2))) {
            Demo.await("shop/self does not answer", () -> load.soFar().total() > ASKERS);
            Instant deleted = Instant.now();
            demo.api().objects().delete(SERVICES, "shop", "self");
            Demo.await(
                    "shop/self still answers after its deletion",
                    () -> isOver(load.soFar(), deleted));
            Instant last = load.soFar().lastAnswerOf("self-1").orElse(deleted);
            rows.add(
                    List.of(
                            "shop/self is deleted",
                            Paper.seconds(positive(deleted, last)),
                            "-",
                            "-"));
            Instant created = Instant.now();
            demo.api().objects().apply(Demo.resource("services.yaml"));
            Demo.await(
                    "shop/self does not come back",
                    () -> load.soFar().since(created).firstAnswerOf("self-1").isPresent());
            Instant first = load.stop().since(created).firstAnswerOf("self-1").orElse(created);
            rows.add(
                    List.of(
                            "shop/self is created again",
                            Paper.seconds(positive(created, first)),
                            "-",
                            "-"));
        }
    }

    private static boolean isOver(LoadReport report, Instant deleted) {
        Instant last = report.lastAnswerOf("self-1").orElse(deleted);
        return report.since(deleted.isAfter(last) ? deleted : last).failures().size() >= ASKERS / 2;
    }

    private static Duration positive(Instant from, Instant to) {
        return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
    }

    /// SIGKILL, and a new process that takes the rules over.
    private void swivelIsKilled() throws IOException {
        Node node = cluster.node("node-1");
        try (Load load = load();
                Load kept =
                        Load.ofKeptConnections(
                                cluster.pod("client-1").tcp("10.96.0.10", 80),
                                4,
                                Duration.ofMillis(5))) {
            Instant killed = Instant.now();
            demo.swivel(node).kill();
            demo.startSwivel(node);
            demo.api().objects().patch(SLICES, "shop", "web-1", endpointsPatch(OTHERS));
            Demo.await(
                    "the new Swivel does not follow",
                    () -> load.soFar().since(killed).firstAnswerOf("web-4").isPresent());
            Instant moved = Instant.now();
            demo.api().objects().patch(SLICES, "shop", "web-1", endpointsPatch(THREE));
            Demo.await(
                    "the new Swivel does not follow back",
                    () -> load.soFar().since(moved).firstAnswerOf("web-3").isPresent());
            LoadReport report = load.stop();
            Instant followed = report.since(killed).firstAnswerOf("web-4").orElse(killed);
            int broken = kept.stop().failures().size();
            add(
                    "Swivel on node-1 is killed and started; web-4 joins",
                    Duration.between(killed, followed),
                    report,
                    broken);
        }
    }

    /// A second process takes over before the first one is stopped.
    private void swivelIsReplaced() throws IOException {
        Node node = cluster.node("node-1");
        try (Load load = load()) {
            Demo.await("no requests get through", () -> load.soFar().total() > 50);
            Daemon first = demo.swivel(node);
            int syncs = demo.firstSyncs(node);
            Instant started = Instant.now();
            demo.startSwivel(
                    node,
                    "--healthz-bind-address=127.0.0.1:20256",
                    "--metrics-bind-address=127.0.0.1:20249");
            Demo.await(
                    "the new Swivel does not come up; the log is " + demo.log(node),
                    () -> demo.firstSyncs(node) > syncs);
            first.process().destroy();
            demo.api().objects().patch(SLICES, "shop", "web-1", endpointsPatch(OTHERS));
            Demo.await(
                    "the new Swivel does not follow",
                    () -> load.soFar().since(started).firstAnswerOf("web-4").isPresent());
            Demo.await("the old Swivel does not end", () -> !first.isAlive());
            demo.api().objects().patch(SLICES, "shop", "web-1", endpointsPatch(THREE));
            LoadReport report = load.stop();
            Instant followed = report.since(started).firstAnswerOf("web-4").orElse(started);
            add(
                    "Swivel on node-1 is replaced by another; web-4 joins",
                    Duration.between(started, followed),
                    report,
                    0);
        }
    }

    /// Somebody takes away on a node what services are reached by.
    private void othersInterfere() throws IOException, CommandException {
        Node node = cluster.node("node-1");
        Probe probe = cluster.pod("client-1").tcp("10.96.0.10", 80).within(Duration.ofMillis(50));
        Demo.await("shop/web does not answer", () -> probe.run().answered());
        Instant meddled = Instant.now();
        if (mode == DemoMode.IPVS) {
            node.exec("ip", "link", "delete", "kube-ipvs0");
        } else {
            node.exec(
                    flavour == IptablesFlavour.NFT ? "iptables-nft" : "iptables-legacy",
                    "-w",
                    "-t",
                    "nat",
                    "-F",
                    mode.chain());
        }
        Demo.await("what others did is not repaired", () -> probe.run().answered());
        rows.add(
                List.of(
                        mode == DemoMode.IPVS
                                ? "somebody deletes kube-ipvs0 on node-1"
                                : "somebody flushes %s on node-1".formatted(mode.chain()),
                        Paper.seconds(Duration.between(meddled, Instant.now())),
                        "-",
                        "-"));
    }

    private Load load() {
        return Load.ofNewConnections(
                cluster.pod("client-1").tcp("10.96.0.10", 80), 2, Duration.ofMillis(1));
    }

    private void add(String what, Duration followed, LoadReport report, int alsoFailed) {
        int failed = report.failures().size() + alsoFailed;
        good &= failed == 0;
        rows.add(
                List.of(
                        what,
                        Paper.seconds(followed),
                        Integer.toString(report.total()),
                        failed + firstFailure(report)));
    }

    private static String firstFailure(LoadReport report) {
        return report.failures().stream()
                .findFirst()
                .map(attempt -> " (" + attempt.result() + ")")
                .orElse("");
    }

    private static String endpointsPatch(String addresses) {
        StringBuilder patch = new StringBuilder("endpoints:\n");
        for (String address : addresses.split(" ", -1)) {
            String node = address.startsWith("192.168.1.") ? "node-1" : "node-2";
            patch.append(
                    "- {addresses: [%s], nodeName: %s, conditions: {ready: true}}%n"
                            .formatted(address, node));
        }
        return patch.toString();
    }

    private static ResourceType type(String apiVersion, String kind) {
        return ResourceTypes.ofKind(apiVersion, kind).orElseThrow();
    }
}
