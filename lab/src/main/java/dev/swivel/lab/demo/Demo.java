package dev.swivel.lab.demo;

import dev.swivel.lab.api.EmbeddedApi;
import dev.swivel.lab.api.Kubeconfig;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.cluster.Node;
import dev.swivel.lab.cluster.PodSpec;
import dev.swivel.lab.cluster.Subnet;
import dev.swivel.lab.cluster.SwivelProcess;
import dev.swivel.lab.traffic.Probe;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// The demo, from an empty machine to a table of what went where. What it makes is removed when it
/// is closed.
final class Demo implements AutoCloseable {
    private static final String PREFIX = "swivel";
    private static final int API_PORT = 6443;

    /// In user-mode Linux on a slow machine a start takes most of a minute.
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Paper paper;
    private final IptablesFlavour flavour;
    private final DemoMode mode;
    private final Path directory;
    private final LabCluster cluster;
    private final EmbeddedApi api;
    private final Map<String, Daemon> swivels = new LinkedHashMap<>();

    /// Builds the cluster and its API.
    ///
    /// @param directory for logs and the kubeconfig; removed at the end
    Demo(Paper paper, IptablesFlavour flavour, DemoMode mode, Path directory) throws IOException {
        this.paper = paper;
        this.flavour = flavour;
        this.mode = mode;
        this.directory = directory;
        long start = System.nanoTime();
        cluster = cluster(flavour);
        paper.step(
                "cluster",
                "2 nodes, %d pods and a machine outside, each a network namespace"
                        .formatted(cluster.pods().size()),
                since(start));
        start = System.nanoTime();
        try {
            api = serveApi();
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
        paper.step(
                "API",
                "Kubernetes API for the nodes at http://10.128.0.1:" + API_PORT,
                since(start));
    }

    private static LabCluster cluster(IptablesFlavour flavour) throws IOException {
        return LabCluster.builder()
                .prefix(PREFIX)
                .iptables(flavour)
                .route(Subnet.parse("203.0.113.0/24"), "node-1")
                .pod(PodSpec.on("node-1", "client-1").atHost(11))
                .pod(PodSpec.on("node-1", "web-1").atHost(12).tcp(8080))
                .pod(PodSpec.on("node-1", "edge-1").atHost(13).tcp(8443))
                .pod(PodSpec.on("node-1", "self-1").atHost(14).tcp(8080))
                .pod(PodSpec.on("node-1", "dns-1").atHost(15).udp(5353))
                .pod(PodSpec.on("node-2", "client-2").atHost(11))
                .pod(PodSpec.on("node-2", "web-2").atHost(12).tcp(8080))
                .pod(PodSpec.on("node-2", "web-3").atHost(13).tcp(8080))
                .pod(PodSpec.on("node-2", "dns-2").atHost(14).udp(5353))
                .pod(PodSpec.on("node-2", "web-4").atHost(15).tcp(8080))
                .start();
    }

    private EmbeddedApi serveApi() throws IOException {
        EmbeddedApi started = EmbeddedApi.start();
        try {
            cluster.router()
                    .place()
                    .thread()
                    .call(() ->
                            started.listen(
                                    new InetSocketAddress(
                                            InetAddress.ofLiteral("10.128.0.1"), API_PORT)));
            Kubeconfig.write(nodeKubeconfig(), "http://10.128.0.1:" + API_PORT);
            started.writeKubeconfig(kubeconfig());
            started.objects().apply(resource("nodes.yaml"));
            return started;
        } catch (Exception e) {
            started.close();
            throw e instanceof IOException io
                    ? io
                    : new IOException("cannot serve the API in the cluster", e);
        }
    }

    DemoMode mode() {
        return mode;
    }

    /// The iptables program that the nodes use.
    String iptables() {
        return flavour == IptablesFlavour.NFT ? "iptables-nft" : "iptables-legacy";
    }

    Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    private Path nodeKubeconfig() {
        return directory.resolve("kubeconfig-of-nodes");
    }

    LabCluster cluster() {
        return cluster;
    }

    EmbeddedApi api() {
        return api;
    }

    /// One Swivel per node, as in a DaemonSet.
    void startSwivels() throws IOException {
        long start = System.nanoTime();
        for (Node node : cluster.nodes()) {
            hintFlavour(node);
            startSwivel(node);
        }
        for (Node node : cluster.nodes()) {
            await(
                    "Swivel on " + node.name() + " does not come up; its log is " + log(node),
                    () -> firstSyncs(node) > 0);
        }
        String pids =
                String.join(
                        ", ",
                        swivels.entrySet().stream()
                                .map(e -> e.getKey() + " (pid " + e.getValue().pid() + ")")
                                .toList());
        paper.step(
                "Swivel",
                "one per node, mode %s (iptables %s): %s"
                        .formatted(
                                mode.text(),
                                flavour.name().toLowerCase(java.util.Locale.ROOT),
                                pids),
                since(start));
    }

    /// Which iptables the kubelet uses shows in a chain that it makes; there is no kubelet here.
    private void hintFlavour(Node node) throws IOException {
        try {
            node.exec(iptables(), "-w", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");
        } catch (dev.swivel.linux.exec.CommandException e) {
            throw new IOException("cannot leave the kubelet's hint on " + node.name(), e);
        }
    }

    void startSwivel(Node node, String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--proxy-mode=" + mode.text(),
                                "--kubeconfig=" + nodeKubeconfig(),
                                "--cluster-cidr=192.168.0.0/16,fd00:192:168::/48",
                                "-v=2"));
        arguments.addAll(List.of(more));
        swivels.put(node.name(), SwivelProcess.start(node, log(node), arguments));
    }

    Daemon swivel(Node node) {
        Daemon daemon = swivels.get(node.name());
        if (daemon == null) {
            throw new IllegalArgumentException("no Swivel runs on " + node.name());
        }
        return daemon;
    }

    Path log(Node node) {
        return directory.resolve(node.name() + ".log");
    }

    /// How many processes on that node have programmed everything, as their log tells.
    int firstSyncs(Node node) {
        try (var lines = Files.lines(log(node))) {
            return (int) lines.filter(line -> line.contains("IPv6: all ")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void applyServices() throws IOException {
        long start = System.nanoTime();
        int count = api.objects().apply(resource("services.yaml")).size();
        var services = dev.swivel.lab.api.store.ResourceTypes.ofKind("v1", "Service").orElseThrow();
        for (var vip : Map.of("edge", "203.0.113.10", "guarded", "203.0.113.11").entrySet()) {
            api.objects()
                    .patchStatus(
                            services,
                            "shop",
                            vip.getKey(),
                            "{status: {loadBalancer: {ingress: [{ip: %s}]}}}"
                                    .formatted(vip.getValue()));
        }
        for (String client : List.of("client-1", "client-2")) {
            Probe probe = cluster.pod(client).tcp("10.96.0.10", 80);
            await(
                    "shop/web does not answer " + client + "; the logs are in " + directory,
                    () -> probe.run().answered());
        }
        paper.step(
                "Services",
                count + " objects applied, first answer from shop/web to a pod of each node",
                since(start));
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Demo.class.getResourceAsStream("/demo/" + name)) {
            if (in == null) {
                throw new IOException("the demo's " + name + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Polls a condition that something else brings about.
    static void await(String complaint, BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(complaint);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    /// What a person may want to type while the cluster stands.
    List<String> waysAround() {
        List<String> ways = new ArrayList<>();
        ways.add("kubectl --kubeconfig " + kubeconfig() + " get services,endpointslices -A");
        ways.add(
                "ip netns exec "
                        + cluster.pod("client-1").namespace()
                        + " curl -s http://10.96.0.10/        # as the pod client-1");
        ways.add(
                "ip netns exec "
                        + cluster.node("node-1").namespace()
                        + " bash                             # a shell on node-1");
        ways.add(
                "ip netns exec "
                        + cluster.node("node-1").namespace()
                        + " "
                        + iptables()
                        + " -t nat -S | grep KUBE-");
        ways.add(
                "tail -f "
                        + log(cluster.node("node-1"))
                        + "                        # Swivel's log on node-1");
        ways.add(
                "ip netns exec "
                        + cluster.node("node-1").namespace()
                        + " curl -s http://127.0.0.1:10249/metrics");
        return ways;
    }

    @Override
    public synchronized void close() {
        if (!Files.exists(directory)) {
            return;
        }
        api.close();
        cluster.close();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            paper.line("could not remove " + directory + ": " + e.getMessage());
        }
    }
}
