package dev.swivel.lab.scenario.sent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.swivel.lab.cluster.Daemon;
import dev.swivel.lab.cluster.LabCluster;
import dev.swivel.lab.cluster.Node;
import dev.swivel.lab.cluster.SwivelProcess;
import dev.swivel.lab.scenario.Configurations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The real Swivel on each node, under one configuration at a time.
final class Swivels implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final LabCluster cluster;
    private final Path directory;
    private final Path kubeconfig;
    private final String mode;
    private final Map<String, NodeLog> logs = new LinkedHashMap<>();
    private final List<Daemon> running = new ArrayList<>();

    Swivels(LabCluster cluster, Path directory, Path kubeconfig, String mode) {
        this.cluster = cluster;
        this.directory = directory;
        this.kubeconfig = kubeconfig;
        this.mode = mode;
        for (Node node : cluster.nodes()) {
            logs.put(node.name(), new NodeLog(directory.resolve(node.name() + ".log")));
        }
    }

    /// Starts all with this configuration, in place of those that run. The rules of the former ones
    /// stay in force until the new ones have theirs.
    void restart(ObjectNode fragment) throws IOException {
        close();
        ObjectNode config = Configurations.complete(fragment);
        config.put("mode", mode);
        config.withObjectProperty("clientConnection").put("kubeconfig", kubeconfig.toString());
        Path file = directory.resolve("config.json");
        Files.writeString(file, config.toString());
        for (Node node : cluster.nodes()) {
            running.add(
                    SwivelProcess.start(
                            node,
                            directory.resolve(node.name() + ".log"),
                            List.of("--config=" + file)));
        }
    }

    String mode() {
        return mode;
    }

    Map<String, NodeLog> logs() {
        return logs;
    }

    /// Whether one of them has ended by itself.
    boolean lostOne() {
        return !running.stream().allMatch(Daemon::isAlive);
    }

    @Override
    public void close() {
        running.forEach(each -> each.process().destroy());
        running.forEach(each -> each.stop(GRACE));
        running.clear();
    }
}
