package dev.swivel.daemon;

import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.events.NoticePoster;
import dev.swivel.core.watch.ClusterEvent;
import dev.swivel.core.watch.ClusterSource;
import dev.swivel.core.watch.api.ApiConnection;
import dev.swivel.core.watch.api.ApiEvents;
import dev.swivel.core.watch.api.ApiSource;
import dev.swivel.core.watch.api.ConnectionSettingsException;
import dev.swivel.core.watch.api.KubeClients;
import dev.swivel.core.watch.manifests.ManifestSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Opens the source that the command line asks for: a directory of manifests, or the Kubernetes
/// API.
final class Sources {
    private static final String EXTERNAL_IPS_GATE = "AllowServiceExternalIPs";

    private Sources() {}

    /// @param events where Events go, if there is an API to take them
    record Opened(ClusterSource source, Optional<NoticePoster> events) {}

    static Opened open(
            ProxyConfig config, String nodeName, Optional<Path> manifests, MeterRegistry meters)
            throws ConfigException {
        boolean externalIps = config.featureGates().getOrDefault(EXTERNAL_IPS_GATE, true);
        if (manifests.isPresent()) {
            if (!Files.isDirectory(manifests.get())) {
                throw new ConfigException(
                        "--manifests: " + manifests.get() + " is not a directory");
            }
            return new Opened(
                    new ManifestSource(manifests.get(), nodeName, externalIps), Optional.empty());
        }
        try {
            ApiConnection connection =
                    new KubeClients().connect(config.clientConnection(), Version.text(), meters);
            return new Opened(
                    new ConnectedSource(
                            connection, new ApiSource(connection, nodeName, externalIps)),
                    Optional.of(new ApiEvents(connection, nodeName)));
        } catch (ConnectionSettingsException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    /// A source that closes its connection with itself.
    private record ConnectedSource(ApiConnection connection, ApiSource source)
            implements ClusterSource {
        @Override
        public void start(Consumer<ClusterEvent> sink) {
            source.start(sink);
        }

        @Override
        public void close() {
            source.close();
            connection.close();
        }
    }
}
