package dev.swivel.daemon;

import static java.util.stream.Collectors.joining;

import dev.swivel.core.backend.BackendException;
import dev.swivel.core.config.ConfigDefaults;
import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ConfigReader;
import dev.swivel.core.config.ConfigText;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.watch.api.ApiSource;
import dev.swivel.daemon.log.Logs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `swivel`: the daemon. Takes kube-proxy's command line unchanged.
@Command(
        name = "swivel",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        abbreviateSynopsis = true,
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
            "  swivel check                        # can this machine run it?",
            "  swivel plan --config config.conf    # what would it change here?",
            "  swivel COMMAND --help               # more about a command",
            "  swivel bench --help                 # measure it on this machine (not in the container image)",
            "",
            "Exit codes: 0 stopped on request or done, 1 failed, or the configuration file changed, 2 wrong usage or configuration, 3 out of memory."
        })
final class SwivelCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(SwivelCommand.class);
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
            names = "--write-config-to",
            paramLabel = "FILE",
            description =
                    "Write the configuration in force, every default filled in, to this file, and exit.")
    @Nullable Path writeConfigTo;

    @Option(
            names = "--init-only",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description =
                    "Set what needs all rights (sysctls, kernel modules), and exit. Swivel can then run with NET_ADMIN and NET_RAW alone.")
    boolean initOnly;

    @Option(
            names = "--cleanup",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "BOOL",
            description = "Remove what any mode left on this node, and exit.")
    boolean cleanup;

    @Option(
            names = "--dry-run",
            description = "With --cleanup: remove nothing, list what would go.")
    boolean dryRun;

    @Spec CommandSpec spec = CommandSpec.create();

    @Mixin LogFlags logFlags = new LogFlags();

    @Mixin Flags flags = new Flags();

    @Override
    public Integer call() throws Exception {
        Logs.configure(ConfigDefaults.defaults().logging(), ApiSource.NOISY_LOGGER);
        Settings settings = new Settings(configFile, flags, logFlags, hostnameOverride, master);
        try {
            ConfigReader.Result read = settings.read();
            Logs.configure(read.config().logging(), ApiSource.NOISY_LOGGER);
            read.warnings().forEach(warning -> log.warn("{}", warning));
            if (writeConfigTo != null) {
                return write(writeConfigTo, read);
            }
            if (cleanup) {
                return cleanUp();
            }
            return run(settings, read);
        } catch (ConfigException e) {
            return fail(USAGE, e);
        }
    }

    private int cleanUp() {
        return dryRun
                ? CleanupCommand.list(
                        false,
                        OutputFormat.TEXT,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                : CleanupCommand.cleanUp();
    }

    private static int write(Path file, ConfigReader.Result read) {
        try {
            WholeFile.write(file, ConfigText.yaml(read.document()));
            log.info("wrote the configuration to {}", file);
            return 0;
        } catch (IOException e) {
            log.error("--write-config-to: cannot write {}: {}", file, e.getMessage());
            return FAILED;
        }
    }

    private int run(Settings settings, ConfigReader.Result read) throws ConfigException {
        ProxyConfig config = read.config();
        String nodeName = nodeName(config);
        CompletableFuture<Integer> end = new CompletableFuture<>();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("shutdown")
                                .unstarted(() -> {
                                    boolean asked = end.complete(0);
                                    awaitQuietly(stopped);
                                    if (asked) { // by a signal, of which the JVM would make 128 +
                                        // its number
                                        Runtime.getRuntime().halt(0);
                                    }
                                }));
        try (Daemon daemon = new Daemon(config, read.document(), flagValues(), nodeName)) {
            if (initOnly) {
                daemon.prepare(Modes.backend(config.mode()));
                return 0;
            }
            daemon.start(
                    Optional.ofNullable(manifests),
                    Modes.backend(config.mode()),
                    Modes.others(config.mode()));
            if (configFile != null) {
                daemon.follow(configFile, settings, () -> end.complete(FAILED));
            }
            return end.join();
        } catch (BackendException | IOException e) {
            return fail(FAILED, e);
        } finally {
            end.complete(FAILED);
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
        String.valueOf(e.getMessage()).lines().forEach(line -> log.error("{}", line.strip()));
        return code;
    }

    static String nodeName(ProxyConfig config) throws ConfigException {
        try {
            String override = config.hostnameOverride();
            String name = override.isEmpty() ? HostNetwork.hostName() : override;
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

    /// Every flag by its long name, as given or empty.
    private SortedMap<String, String> flagValues() {
        SortedMap<String, String> values = new TreeMap<>();
        for (OptionSpec option : spec.options()) {
            Object value = option.getValue();
            values.put(
                    option.longestName().replaceFirst("^-+", ""),
                    switch (value) {
                        case null -> "";
                        case Collection<?> many ->
                                many.stream().map(String::valueOf).collect(joining(","));
                        case Map<?, ?> map ->
                                map.entrySet().stream().map(String::valueOf).collect(joining(","));
                        default -> value.toString();
                    });
        }
        return values;
    }
}
