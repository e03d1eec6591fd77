package dev.swivel.daemon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpHandler;
import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.HostPort;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.events.Notice;
import dev.swivel.core.events.NoticePoster;
import dev.swivel.core.events.NoticeQueue;
import dev.swivel.core.health.HealthPages;
import dev.swivel.core.health.ProxyHealth;
import dev.swivel.core.health.ServiceHealthPorts;
import dev.swivel.core.http.HttpListener;
import dev.swivel.core.http.Pages;
import dev.swivel.core.http.PatientListener;
import dev.swivel.core.metrics.ProxyMetrics;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.sync.Pace;
import dev.swivel.core.sync.ProblemLog;
import dev.swivel.core.sync.SyncLoop;
import dev.swivel.daemon.pages.MetricsPages;
import dev.swivel.daemon.scrape.BuildMeters;
import dev.swivel.daemon.scrape.ProcessMeters;
import dev.swivel.linux.link.AddressWatcher;
import dev.swivel.linux.sysctl.Sysctl;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running proxy: all parts, in the order in which they start. Closing stops them in reverse;
/// what is programmed stays.
final class Daemon implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Daemon.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final ProxyConfig config;
    private final ObjectNode document;
    private final SortedMap<String, String> flags;
    private final String nodeName;
    private final AtomicBoolean conntrackSet = new AtomicBoolean();

    /// @param document the configuration as a complete document
    /// @param flags every flag with its value
    Daemon(
            ProxyConfig config,
            ObjectNode document,
            SortedMap<String, String> flags,
            String nodeName) {
        this.config = config;
        this.document = document;
        this.flags = flags;
        this.nodeName = nodeName;
    }

    /// Starts everything. Returns when the source has begun to send; the first sync follows when
    /// its lists are complete and the machine has what the backend needs.
    ///
    /// @param others the backends that may have served this node before
    void start(Optional<Path> manifests, ProxyBackend backend, List<ProxyBackend> others)
            throws ConfigException, IOException {
        // asks the kernel for the first time, which takes a while to set up
        FutureTask<List<IpAddress>> addresses = new FutureTask<>(HostNetwork::addresses);
        Thread.ofVirtual().name("addresses").start(addresses);
        Set<IpFamily> families = HostNetwork.families();
        AddressFamilies.check(config, families).forEach(warning -> log.warn("{}", warning));
        OomScore.apply(config.oomScoreAdj());

        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ProcessMeters.register(meters);
        BuildMeters.register(meters, config.featureGates());
        ProxyMetrics metrics = new ProxyMetrics(meters, families);
        SwivelMetrics ownMetrics = new SwivelMetrics(meters, families);

        Sources.Opened opened = Sources.open(config, nodeName, manifests, meters);
        parts.push(opened.source());
        Notices notices = new Notices(nodeName, noticeSink(opened.events(), meters));
        HeapTrim heapTrim = HeapTrim.start();
        parts.push(heapTrim);

        ProxyHealth health = new ProxyHealth(InstantSource.system(), syncPeriod());
        Consumer<Problem> problems = problem -> report(metrics, notices, problem);
        ServiceHealthPorts healthPorts = new ServiceHealthPorts(health, problems);
        Predecessors predecessors = new Predecessors(others, families, config, backend);
        SwivelObserver observer =
                new SwivelObserver(
                        nodeName,
                        backend.name(),
                        families,
                        metrics,
                        ownMetrics,
                        notices,
                        health,
                        healthPorts,
                        heapTrim,
                        family -> {
                            predecessors.programmed(family);
                            applyConntrackSettings();
                        });
        serve(meters, health, notices, observer);

        parts.push(backend);
        if (ConntrackSettings.canApply(Sysctl.system())) {
            applyConntrackSettings();
        }
        parts.push(healthPorts);
        parts.push(predecessors);
        ProblemLog problemLog = new ProblemLog(problems);
        SyncLoop loop =
                new SyncLoop(
                        new BackendContext(config, families, meters),
                        nodeName,
                        result(addresses),
                        Pace.of(minSyncPeriod(), syncPeriod()),
                        backend,
                        problemLog,
                        observer);
        ownMetrics.queueDepth(loop::queueDepth);
        ownMetrics.problems(problemLog::size);
        loop.start();
        parts.push(loop);
        parts.push(AddressWatcher.start(HostNetwork.OF_SERVICES, () -> addressesChanged(loop)));
        opened.source().start(loop::accept);
        notices.starting();
    }

    private static List<IpAddress> result(Future<List<IpAddress>> addresses) throws IOException {
        try {
            return addresses.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Once.
    private void applyConntrackSettings() {
        if (!conntrackSet.getAndSet(true)) {
            ConntrackSettings.apply(
                    config.conntrack(), Sysctl.system(), ConntrackSettings.HASH_SIZE);
        }
    }

    private Consumer<Notice> noticeSink(Optional<NoticePoster> poster, MeterRegistry meters) {
        if (poster.isEmpty()) {
            return _ -> {};
        }
        NoticeQueue queue = NoticeQueue.start(poster.get(), meters);
        parts.push(queue);
        return queue;
    }

    /// Does what needs more rights than serving: sysctls and what the backend asks of the node.
    /// Programs nothing.
    void prepare(ProxyBackend backend) throws BackendException {
        parts.push(backend);
        backend.start(
                new BackendContext(config, HostNetwork.families(), new SimpleMeterRegistry()));
        applyConntrackSettings();
        log.info("this node is prepared for mode {}", backend.name());
    }

    /// Watches the configuration file. When it says something else, what is programmed stays, and
    /// the supervisor starts a Swivel with the new settings.
    void follow(Path file, Settings settings, Runnable restart) {
        parts.push(
                ConfigWatch.start(
                        file,
                        settings,
                        config,
                        () -> {
                            log.error("{} has changed: ending, to be started anew with it", file);
                            restart.run();
                        }));
    }

    private static void addressesChanged(SyncLoop loop) {
        try {
            loop.hostAddressesChanged(HostNetwork.addresses());
        } catch (IOException e) {
            log.warn(
                    "cannot read the node's addresses; node ports keep to those known: {}",
                    e.getMessage());
        }
    }

    private Duration syncPeriod() {
        return config.mode().equals("ipvs")
                ? config.ipvs().syncPeriod()
                : config.iptables().syncPeriod();
    }

    private Duration minSyncPeriod() {
        return config.mode().equals("ipvs")
                ? config.ipvs().minSyncPeriod()
                : config.iptables().minSyncPeriod();
    }

    private static void report(ProxyMetrics metrics, Notices notices, Problem problem) {
        metrics.problem(problem);
        log.warn("{}: {}: {}", problem.object(), problem.reason(), problem.message());
        notices.problem(problem);
    }

    private void serve(
            PrometheusMeterRegistry meters,
            ProxyHealth health,
            Notices notices,
            SwivelObserver observer)
            throws IOException {
        Pages healthPages =
                HealthPages.of(
                        health,
                        code -> probe(meters, "healthz", code).increment(),
                        code -> probe(meters, "livez", code).increment());
        listen(
                "healthzBindAddress",
                config.healthzBindAddress(),
                healthPages,
                message -> notices.notListening("FailedToStartProxierHealthcheck", message));
        Pages metricsPages = MetricsPages.of(config, document, flags, meters, observer::status);
        listen(
                "metricsBindAddress",
                config.metricsBindAddress(),
                metricsPages,
                message -> notices.notListening("FailedToStartMetricServer", message));
    }

    private static Counter probe(MeterRegistry meters, String page, int code) {
        return Counter.builder("kubeproxy.proxy." + page + ".total")
                .description("[ALPHA] Cumulative proxy " + page + " HTTP status")
                .tag("code", Integer.toString(code))
                .register(meters);
    }

    /// An address that is taken is tried again until it is free, unless the configuration says
    /// otherwise.
    private void listen(
            String field, String hostPort, HttpHandler pages, Consumer<String> notListening)
            throws IOException {
        if (hostPort.isEmpty()) {
            return;
        }
        InetSocketAddress address = HostPort.socketAddress(hostPort);
        String where = field + " " + hostPort;
        if (config.bindAddressHardFail()) {
            try {
                parts.push(HttpListener.open(address, pages));
            } catch (IOException e) {
                String message = "cannot listen on " + where + ": " + e.getMessage();
                notListening.accept(message);
                throw new IOException(message, e);
            }
        } else {
            parts.push(
                    PatientListener.open(
                            address,
                            pages,
                            e ->
                                    log.error(
                                            "cannot listen on {}: {}; trying on. Free the port or set {} to another address",
                                            where,
                                            e.getMessage(),
                                            field),
                            () -> log.info("listening on {} now", where)));
        }
    }

    @Override
    public void close() {
        log.info("stopping; what the kernel holds stays in force");
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                log.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
            }
        }
    }
}
