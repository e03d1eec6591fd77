package dev.swivel.lab.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.api.EmbeddedApi;
import dev.swivel.lab.api.Kubeconfig;
import dev.swivel.lab.api.store.Json;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.cluster.Node;
import dev.swivel.lab.cluster.Pod;
import dev.swivel.lab.cluster.PodSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One node with a client and two pods that answer, an API, and a synthetic cluster in it.
final class BenchCluster implements AutoCloseable {
    private static final String API_ADDRESS = "10.128.0.1";
    private static final int API_PORT = 6443;
    private static final String API = "http://" + API_ADDRESS + ":" + API_PORT;
    private static final long SEED = 1;

    private final LabCluster cluster;
    private final EmbeddedApi api;
    private final SyntheticCluster objects;
    private final IptablesFlavour flavour;
    private final Path directory;

    private BenchCluster(
            LabCluster cluster,
            EmbeddedApi api,
            SyntheticCluster objects,
            IptablesFlavour flavour,
            Path directory) {
        this.cluster = cluster;
        this.api = api;
        this.objects = objects;
        this.flavour = flavour;
        this.directory = directory;
    }

    /// Builds all of it.
    ///
    /// @param directory for the kubeconfig
    static BenchCluster start(Size size, IptablesFlavour flavour, Path directory)
            throws IOException {
        LabCluster cluster =
                LabCluster.builder()
                        .nodes(1)
                        .iptables(flavour)
                        .pod(PodSpec.on("node-1", "client").atHost(11))
                        .pod(PodSpec.on("node-1", "one").atHost(12).tcp(SyntheticObjects.POD_PORT))
                        .pod(PodSpec.on("node-1", "two").atHost(13).tcp(SyntheticObjects.POD_PORT))
                        .start();
        try {
            EmbeddedApi api = EmbeddedApi.start();
            try {
                cluster.router()
                        .place()
                        .thread()
                        .call(() ->
                                api.listen(
                                        new InetSocketAddress(
                                                InetAddress.ofLiteral(API_ADDRESS), API_PORT)));
                SyntheticCluster objects =
                        new SyntheticCluster(api, size, SEED, text(cluster.pod("one")));
                BenchCluster made = new BenchCluster(cluster, api, objects, flavour, directory);
                made.prepare();
                return made;
            } catch (IOException | RuntimeException e) {
                api.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void prepare() throws IOException {
        Kubeconfig.write(kubeconfig(), API);
        // A kubelet would leave this: proxies choose their iptables by it.
        node().exec("iptables-" + label(flavour), "-w", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");
        api.objects().create(nodeObject());
        objects.fill();
        warmUp();
    }

    static String label(IptablesFlavour flavour) {
        return flavour.name().toLowerCase(java.util.Locale.ROOT);
    }

    /// An API server has been running for a while when a proxy starts; this one has just been born,
    /// and its compiler has not seen it work.
    private void warmUp() throws IOException {
        for (int i = 0; i < 3; i++) {
            long _ = ListReader.readAll(api.url());
        }
    }

    private static ObjectNode nodeObject() {
        ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
        node.putObject("metadata").put("name", "node-1");
        node.putObject("spec")
                .put("podCIDR", "192.168.1.0/24")
                .putArray("podCIDRs")
                .add("192.168.1.0/24");
        node.putObject("status")
                .putArray("addresses")
                .addObject()
                .put("type", "InternalIP")
                .put("address", "10.128.0.2");
        return node;
    }

    private Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    /// Starts the proxy with kube-proxy's flags.
    ///
    /// @param log what it prints is added to this file
    Daemon start(Subject subject, Path log) throws IOException {
        List<String> argv = new ArrayList<>(subject.command());
        argv.addAll(
                List.of(
                        "--kubeconfig=" + kubeconfig(),
                        "--hostname-override=node-1",
                        "--proxy-mode=iptables",
                        "--cluster-cidr=192.168.0.0/16",
                        "--conntrack-max-per-core=0",
                        "--v=2"));
        Map<String, String> environment = new HashMap<>(subject.environment());
        environment.put(
                "PATH",
                flavour.plainNames(directory.resolve(label(flavour)))
                        + ":"
                        + System.getenv("PATH"));
        return node().spawn(argv, environment, log);
    }

    /// What to measure beside starts.
    StartFloor startFloor() {
        return new StartFloor(node(), API, flavour, directory);
    }

    Node node() {
        return cluster.node("node-1");
    }

    Pod client() {
        return cluster.pod("client");
    }

    SyntheticCluster objects() {
        return objects;
    }

    /// Where a service of that number is reached.
    InetSocketAddress serviceAddress(int number) {
        return new InetSocketAddress(objects.clusterIp(number), SyntheticObjects.SERVICE_PORT);
    }

    /// The address of a pod, as text.
    static String text(Pod pod) {
        return pod.addresses().ipv4().getHostAddress();
    }

    Pod pod(String name) {
        return cluster.pod(name);
    }

    @Override
    public void close() {
        api.close();
        cluster.close();
    }
}
