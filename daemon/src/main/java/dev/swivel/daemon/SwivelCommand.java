package dev.swivel.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ConfigReader;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.watch.ClusterSource;
import dev.swivel.core.watch.api.ApiSource;
import dev.swivel.daemon.log.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `swivel`: the daemon. Takes kube-proxy's command line unchanged.
@Command(
        name = "swivel",
        subcommands = CleanupCommand.class,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header =
                "Swivel serves a Kubernetes node's Services: a drop-in replacement for kube-proxy.",
        description = {
            "",
            "Watches Services and EndpointSlices and programs this node's kernel so that connections to ClusterIPs, node ports, load-balancer and external IPs reach an endpoint.",
            "With --config the file replaces the flags, as in kube-proxy; --hostname-override, --master and logging flags still count.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  swivel --config /var/lib/kube-proxy/config.conf --hostname-override node-1",
            "  swivel --kubeconfig ~/.kube/config --hostname-override node-1 --cluster-cidr 10.244.0.0/16",
            "  swivel --manifests ./services --hostname-override node-1",
            "",
            "Exit codes: 0 stopped on request, 1 failed, 2 wrong usage or configuration."
        })
final class SwivelCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1), YAML or JSON.")
    @Nullable Path configFile;

    @Option(
            names = "--manifests",
            paramLabel = "DIR",
            description =
                    "Run without a cluster, from the Service, EndpointSlice and Node manifests in this directory; changed files are followed.")
    @Nullable Path manifests;

    @Option(
            names = "--hostname-override",
            paramLabel = "NAME",
            description = "This node's name. Default: the host name.")
    @Nullable String hostnameOverride;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "API server, in place of the kubeconfig's.")
    @Nullable String master;

    @Option(
            names = {"-v", "--v"},
            paramLabel = "N",
            description =
                    "Log verbosity: 0 (default) tells starts, faults and repairs; 2 every sync; 6 everything.")
    @Nullable Integer verbosity;

    @Option(
            names = "--logging-format",
            paramLabel = "FORMAT",
            description = "text (default) or json.")
    @Nullable String loggingFormat;

    @Option(
            names = "--cleanup",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Remove what any mode left on this node, and exit.")
    boolean cleanup;

    @ArgGroup(exclusive = false, heading = "%nFlags that a configuration file replaces:%n")
    Flags flags = new Flags();

    @Override
    public Integer call() throws Exception {
        Logs.configure(new ProxyConfig.Logging("text", 0), ApiSource.NOISY_LOGGER);
        ProxyConfig config;
        String nodeName;
        try {
            config = configure();
            nodeName = nodeName(config);
        } catch (ConfigException e) {
            return fail(USAGE, e);
        }
        if (cleanup) {
            return CleanupCommand.cleanUp();
        }
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("shutdown")
                                .unstarted(() -> {
                                    stop.countDown();
                                    awaitQuietly(stopped);
                                }));
        try (Daemon daemon = new Daemon(config, nodeName)) {
            daemon.start(
                    source(config, nodeName), backend(config.mode()), otherBackends(config.mode()));
            stop.await();
            return 0;
        } catch (BackendException | ConfigException | IOException e) {
            return fail(FAILED, e);
        } finally {
            stopped.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int fail(int code, Exception e) {
        LoggerFactory.getLogger(SwivelCommand.class).error("{}", e.getMessage());
        return code;
    }

    private ProxyConfig configure() throws ConfigException {
        String origin = configFile == null ? "the command line" : configFile.toString();
        JsonNode document = configFile == null ? flags.document() : load(configFile);
        ConfigReader.Result result =
                ConfigReader.read(document, origin, master == null ? "" : master);
        ProxyConfig.Logging logging = logging(result.config().logging());
        Logs.configure(logging, ApiSource.NOISY_LOGGER);
        result.warnings()
                .forEach(warning ->
                        LoggerFactory.getLogger(ConfigReader.class)
                                .warn("{}: {}", origin, warning));
        return result.config();
    }

    private ProxyConfig.Logging logging(ProxyConfig.Logging configured) throws ConfigException {
        String format = loggingFormat == null ? configured.format() : loggingFormat;
        if (!format.equals("text") && !format.equals("json")) {
            throw new ConfigException(
                    "--logging-format: " + format + " is not allowed; allowed: text or json");
        }
        return new ProxyConfig.Logging(
                format, verbosity == null ? configured.verbosity() : verbosity);
    }

    private static JsonNode load(Path file) throws ConfigException {
        try {
            return new YAMLMapper().readTree(Files.readString(file));
        } catch (IOException e) {
            throw new ConfigException("--config: cannot read " + file + ": " + e.getMessage());
        }
    }

    private String nodeName(ProxyConfig config) throws ConfigException {
        String override = hostnameOverride == null ? config.hostnameOverride() : hostnameOverride;
        try {
            String name =
                    override.isEmpty()
                            ? HostNetwork.hostName()
                            : override.strip().toLowerCase(Locale.ROOT);
            if (name.isEmpty()) {
                throw new ConfigException(
                        "this node has no name: give it with --hostname-override");
            }
            return name;
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot learn the host name ("
                            + e.getMessage()
                            + "): give it with --hostname-override");
        }
    }

    private ClusterSource source(ProxyConfig config, String nodeName) throws ConfigException {
        return Sources.open(config, nodeName, Optional.ofNullable(manifests));
    }

    private static List<ProxyBackend> otherBackends(String mode) {
        return ServiceLoader.load(ProxyBackend.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(backend -> !backend.name().equals(mode))
                .toList();
    }

    private static ProxyBackend backend(String mode) throws ConfigException {
        return ServiceLoader.load(ProxyBackend.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(backend -> backend.name().equals(mode))
                .findFirst()
                .orElseThrow(() ->
                        new ConfigException(
                                "mode: the backend " + mode + " is not part of this build"));
    }
}
