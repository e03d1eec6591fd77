package dev.swivel.lab.scenario.sent;

import dev.swivel.lab.api.EmbeddedApi;
import dev.swivel.lab.api.Kubeconfig;
import dev.swivel.lab.cluster.IptablesFlavour;
import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.cluster.LabClusterBuilder;
import dev.swivel.lab.cluster.Node;
import dev.swivel.lab.cluster.PodSpec;
import dev.swivel.lab.cluster.Subnet;
import dev.swivel.lab.scenario.Cast;
import dev.swivel.lab.scenario.Cast.Role;
import dev.swivel.lab.scenario.Mismatch;
import dev.swivel.lab.scenario.Nodes;
import dev.swivel.lab.scenario.Scenario;
import dev.swivel.linux.exec.CommandException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// A lab cluster with the [Cast] in it, an API, and a Swivel per node: scenarios are played in it
/// one after the other. Needs root.
public final class ScenarioCluster implements AutoCloseable {
    private static final InetSocketAddress API =
            new InetSocketAddress(InetAddress.ofLiteral("10.128.0.1"), 6443);

    private final Cast cast = Cast.standard();
    private final LabCluster cluster;
    private final EmbeddedApi api;
    private final Swivels swivels;
    private final Marker marker;
    private String configured = "";

    private ScenarioCluster(
            LabCluster cluster, EmbeddedApi api, Path directory, Path kubeconfig, String mode) {
        this.cluster = cluster;
        this.api = api;
        this.swivels = new Swivels(cluster, directory, kubeconfig, mode);
        this.marker = new Marker(api, cluster, cast);
    }

    /// @param flavour which iptables the nodes use; Swivel finds out by the hint that a kubelet
    ///   leaves
    /// @param directory for logs and configuration; kept
    /// @param mode of the Swivels
    public static ScenarioCluster start(IptablesFlavour flavour, Path directory, String mode)
            throws IOException {
        return start(flavour, LabCluster.builder(), directory, mode);
    }

    /// The same where pods are routed, and reached on other nodes through a tunnel.
    public static ScenarioCluster startOverlay(IptablesFlavour flavour, Path directory, String mode)
            throws IOException {
        return start(flavour, LabCluster.builder().overlay(), directory, mode);
    }

    private static ScenarioCluster start(
            IptablesFlavour flavour, LabClusterBuilder builder, Path directory, String mode)
            throws IOException {
        LabCluster cluster = build(flavour, builder);
        try {
            for (Node node : cluster.nodes()) {
                hint(node, flavour);
            }
            EmbeddedApi api = serve(cluster);
            Path kubeconfig =
                    Kubeconfig.write(
                            directory.resolve("kubeconfig"),
                            "http://%s:%d"
                                    .formatted(API.getAddress().getHostAddress(), API.getPort()));
            return new ScenarioCluster(cluster, api, directory, kubeconfig, mode);
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static LabCluster build(IptablesFlavour flavour, LabClusterBuilder builder)
            throws IOException {
        var cast = Cast.standard();
        builder.iptables(flavour);
        for (var member : cast.members()) {
            if (member.role() == Role.POD) {
                Integer[] ports = Cast.WEB_PORTS.toArray(Integer[]::new);
                builder.pod(
                        PodSpec.on(member.node(), member.name())
                                .atHost(member.host())
                                .tcp(ports)
                                .udp(ports));
            } else if (member.role() == Role.HOST_NETWORK_POD) {
                builder.pod(
                        PodSpec.on(member.node(), member.name())
                                .onHostNetwork()
                                .tcp(Cast.HOST_PORT)
                                .udp(Cast.HOST_PORT));
            }
        }
        for (var route : cast.routes()) {
            builder.route(Subnet.parse(route.prefix().toString()), route.node());
        }
        return builder.start();
    }

    private static void hint(Node node, IptablesFlavour flavour) throws CommandException {
        String program = "iptables-" + flavour.name().toLowerCase(Locale.ROOT);
        node.exec(program, "-w", "-t", "mangle", "-N", "KUBE-IPTABLES-HINT");
    }

    private static EmbeddedApi serve(LabCluster cluster) throws IOException {
        EmbeddedApi api = EmbeddedApi.start();
        try {
            cluster.router().place().thread().call(() -> api.listen(API));
            Nodes.usual(Cast.standard()).forEach(api::putRaw);
            return api;
        } catch (IOException | RuntimeException e) {
            api.close();
            throw e;
        }
    }

    /// Plays a scenario and removes what it made.
    ///
    /// @return what went another way than it says
    public List<Mismatch> play(Scenario scenario) throws IOException {
        configure(scenario);
        return new SentScenario(scenario, cast, cluster, api, marker, swivels).play();
    }

    private void configure(Scenario scenario) throws IOException {
        String wanted = scenario.config().toString();
        if (!configured.equals(wanted) || swivels.lostOne()) {
            swivels.restart(scenario.config());
            marker.await();
            configured = wanted;
        }
    }

    @Override
    public void close() {
        swivels.close();
        api.close();
        cluster.close();
    }
}
