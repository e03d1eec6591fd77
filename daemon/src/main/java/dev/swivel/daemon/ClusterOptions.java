package dev.swivel.daemon;

import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.Problem;
import dev.swivel.core.sync.ClusterSnapshot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which cluster, which node and which configuration a command is about: the daemon's own options.
final class ClusterOptions {
    @Option(
            names = "--manifests",
            paramLabel = "DIR",
            description = "Service, EndpointSlice and Node manifests. Default: the Kubernetes API.")
    @Nullable Path manifests;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1), YAML or JSON; replaces the flags below.")
    @Nullable Path configFile;

    @Option(
            names = {"--node", "--hostname-override"},
            paramLabel = "NAME",
            description = "The node's name. Default: this machine's host name.")
    @Nullable String node;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "API server, in place of the kubeconfig's.")
    @Nullable String master;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "How long to wait for the cluster. Default: 20.")
    int timeoutSeconds;

    @Mixin Flags flags = new Flags();

    /// The configuration, the node's name, and the cluster as it is now.
    record Subject(ProxyConfig config, String nodeName, ClusterSnapshot cluster) {}

    /// @param complaints where to say what is wrong with the configuration and with objects
    Subject read(PrintWriter complaints) throws ConfigException, IOException, InterruptedException {
        var result = new Settings(configFile, flags, new LogFlags(), node, master).read();
        result.warnings().forEach(warning -> complaints.println("warning: " + warning));
        ProxyConfig config = result.config();
        String nodeName = SwivelCommand.nodeName(config);
        ClusterSnapshot cluster =
                ClusterSnapshot.read(
                        Sources.open(
                                        config,
                                        nodeName,
                                        Optional.ofNullable(manifests),
                                        new SimpleMeterRegistry())
                                .source(),
                        Duration.ofSeconds(timeoutSeconds));
        for (Problem problem : cluster.problems()) {
            complaints.println(
                    "warning: "
                            + problem.object()
                            + ": "
                            + problem.reason()
                            + ": "
                            + problem.message());
        }
        complaints.flush();
        return new Subject(config, nodeName, cluster);
    }
}
