package dev.swivel.lab.life;

import dev.swivel.lab.api.ApiListener;
import dev.swivel.lab.api.EmbeddedApi;
import dev.swivel.lab.api.Kubeconfig;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.cluster.Node;
import dev.swivel.lab.cluster.Pod;
import dev.swivel.lab.cluster.PodSpec;
import dev.swivel.lab.cluster.SwivelProcess;
import dev.swivel.lab.traffic.Probe;
import dev.swivel.linux.exec.Output;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One node with a client and two servers, an API, and real Swivel processes that can be started,
/// killed and restarted.
final class ServedCluster implements AutoCloseable {
    static final String CLUSTER_IP = "10.96.0.10";
    private static final String WEB =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec:
              clusterIP: 10.96.0.10
              ports: [{name: http, port: 80, targetPort: 8080}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: http, port: 8080, protocol: TCP}]
            endpoints:
            - {addresses: [192.168.1.12], nodeName: node-1, conditions: {ready: true}}
            - {addresses: [192.168.1.13], nodeName: node-1, conditions: {ready: true}}
            """;

    final LabCluster cluster;
    final EmbeddedApi api;
    final Path log;
    private final ApiListener nodeListener;
    private final Path kubeconfig;

    /// @param hint the flavour that the kubelet's hint chain names: `nft` or `legacy`
    ServedCluster(Path directory, String hint) throws Exception {
        cluster =
                LabCluster.builder()
                        .nodes(1)
                        .iptables(IptablesFlavour.valueOf(hint.toUpperCase(Locale.ROOT)))
                        .pod(PodSpec.on("node-1", "client").atHost(11))
                        .pod(PodSpec.on("node-1", "web-1").atHost(12).tcp(8080).udp(8080))
                        .pod(PodSpec.on("node-1", "web-2").atHost(13).tcp(8080).udp(8080))
                        .start();
        api = EmbeddedApi.start();
        nodeListener =
                cluster.router()
                        .place()
                        .thread()
                        .call(() ->
                                api.listen(
                                        new InetSocketAddress(
                                                InetAddress.ofLiteral("10.128.0.1"), 6443)));
        kubeconfig = Kubeconfig.write(directory.resolve("kubeconfig"), "http://10.128.0.1:6443");
        log = directory.resolve("swivel.log");
        node().exec("iptables-" + hint, "-w", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");
        api.objects().apply(WEB);
    }

    /// Where the node reaches the API.
    ApiListener nodeListener() {
        return nodeListener;
    }

    Node node() {
        return cluster.node("node-1");
    }

    Path kubeconfig() {
        return kubeconfig;
    }

    /// Without any flags of the lab's own.
    Daemon startBareSwivel(String... arguments) throws IOException {
        return SwivelProcess.start(node(), log, List.of(arguments));
    }

    /// Those that can be endpoints.
    List<Pod> servers() {
        return cluster.pods().stream().filter(pod -> pod.name().startsWith("web-")).toList();
    }

    String address(String pod) {
        return cluster.pod(pod).addresses().ipv4().getHostAddress();
    }

    /// What `swivel plan` would do on the node; empty if the kernel holds what it should.
    ///
    /// @param more flags that the daemon was given too
    String plan(String... more) throws IOException {
        List<String> argv = SwivelProcess.command();
        argv.addAll(
                List.of(
                        "plan",
                        "--node=node-1",
                        "--kubeconfig=" + kubeconfig,
                        "--cluster-cidr=192.168.0.0/16"));
        argv.addAll(List.of(more));
        Output output = node().command(argv).runAnyExit();
        return output.exitCode() == 0
                ? ""
                : "exit code " + output.exitCode() + ": " + output.text() + output.stderr();
    }

    Daemon startSwivel(String... more) throws IOException {
        return startSwivel(List.of(), more);
    }

    /// One that may have only so many descriptors.
    Daemon startSwivelWithFiles(int most, String... more) throws IOException {
        return startSwivel(List.of("prlimit", "--nofile=" + most), more);
    }

    /// @param launcher as of [SwivelProcess#start(Node, Path, List, List)]
    Daemon startSwivel(List<String> launcher, String... more) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--kubeconfig=" + kubeconfig,
                                "--cluster-cidr=192.168.0.0/16",
                                "-v=2"));
        arguments.addAll(List.of(more));
        return SwivelProcess.start(node(), log, launcher, arguments);
    }

    /// What a shell prints that sees the files as that process does.
    String amongMountsOf(Daemon swivel, String script) throws IOException {
        return node().exec("nsenter", "-m", "-t", Long.toString(swivel.pid()), "sh", "-ec", script)
                .text();
    }

    Probe web() {
        return cluster.pod("client").tcp(CLUSTER_IP, 80);
    }

    String logText() throws IOException {
        return Files.readString(log);
    }

    /// How many full syncs of both families the log tells of.
    int syncs() throws IOException {
        return !Files.exists(log) ? 0 : logText().split("IPv6: all", -1).length - 1;
    }

    @Override
    public void close() {
        api.close();
        cluster.close();
    }
}
