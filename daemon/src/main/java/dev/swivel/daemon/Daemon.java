package dev.swivel.daemon;

import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.health.HealthServer;
import dev.swivel.core.health.ProxyHealth;
import dev.swivel.core.health.ServiceHealthPorts;
import dev.swivel.core.metrics.MetricsServer;
import dev.swivel.core.metrics.ProxyMetrics;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.sync.Pace;
import dev.swivel.core.sync.ProblemLog;
import dev.swivel.core.sync.SyncLoop;
import dev.swivel.core.watch.ClusterSource;
import dev.swivel.linux.link.AddressWatcher;
import dev.swivel.linux.sysctl.Sysctl;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running proxy: all parts, in the order in which they start. Closing stops them in reverse;
/// what is programmed stays.
final class Daemon implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Daemon.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final ProxyConfig config;
    private final String nodeName;

    Daemon(ProxyConfig config, String nodeName) {
        this.config = config;
        this.nodeName = nodeName;
    }

    /// Starts everything. Returns when the source has begun to send; the first sync follows when
    /// its lists are complete.
    ///
    /// @param others the backends that may have served this node before
    void start(ClusterSource source, ProxyBackend backend, List<ProxyBackend> others)
            throws BackendException, IOException {
        parts.push(source);
        HeapTrim heapTrim = HeapTrim.start();
        parts.push(heapTrim);
        Set<IpFamily> families = HostNetwork.families();
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ProxyMetrics metrics = new ProxyMetrics(meters);
        ProxyHealth health = new ProxyHealth(InstantSource.system(), syncPeriod());
        ServiceHealthPorts healthPorts =
                new ServiceHealthPorts(health, problem -> report(metrics, problem));
        parts.push(backend);
        ConntrackSettings.apply(config.conntrack(), Sysctl.system());
        backend.start(new BackendContext(config, families, meters));
        parts.push(healthPorts);
        Predecessors predecessors = new Predecessors(others, families, config);
        parts.push(predecessors);
        SyncLoop loop =
                new SyncLoop(
                        config,
                        nodeName,
                        families,
                        HostNetwork.addresses(),
                        Pace.of(minSyncPeriod(), syncPeriod()),
                        backend,
                        new ProblemLog(problem -> report(metrics, problem)),
                        new SwivelObserver(
                                metrics, health, healthPorts, heapTrim, predecessors::programmed));
        loop.start();
        parts.push(loop);
        parts.push(AddressWatcher.start(HostNetwork.OF_SERVICES, () -> addressesChanged(loop)));
        families.forEach(health::started);
        source.start(loop::accept);
        serve(meters, health);
        log.info(
                "Swivel serves node {} in mode {} for {}",
                nodeName,
                backend.name(),
                families.stream().map(IpFamily::label).sorted().toList());
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

    private static void report(ProxyMetrics metrics, Problem problem) {
        metrics.problem(problem);
        log.warn("{}: {}: {}", problem.object(), problem.reason(), problem.message());
    }

    private void serve(PrometheusMeterRegistry meters, ProxyHealth health) throws IOException {
        HealthServer.Counters counters =
                new HealthServer.Counters(
                        code -> counter(meters, "kubeproxy.proxy.healthz.total", code).increment(),
                        code -> counter(meters, "kubeproxy.proxy.livez.total", code).increment());
        bind(
                "healthzBindAddress",
                config.healthzBindAddress(),
                address -> new HealthServer(address, health, counters));
        bind(
                "metricsBindAddress",
                config.metricsBindAddress(),
                address -> new MetricsServer(address, config.mode(), meters::scrape));
    }

    private static Counter counter(PrometheusMeterRegistry meters, String name, int code) {
        return meters.counter(name, "code", Integer.toString(code));
    }

    private interface Binder {
        AutoCloseable bind(InetSocketAddress address) throws IOException;
    }

    private void bind(String field, String hostPort, Binder binder) throws IOException {
        if (hostPort.isEmpty()) {
            return;
        }
        int colon = hostPort.lastIndexOf(':');
        String host = hostPort.substring(0, colon).replaceAll("[\\[\\]]", "");
        InetSocketAddress address =
                new InetSocketAddress(host, Integer.parseInt(hostPort.substring(colon + 1)));
        try {
            parts.push(binder.bind(address));
        } catch (IOException e) {
            if (config.bindAddressHardFail()) {
                throw new IOException(
                        "cannot listen on " + field + " " + hostPort + ": " + e.getMessage(), e);
            }
            log.error(
                    "cannot listen on {} {}: {}; it is not served. Free the port or set {} to another address",
                    field,
                    hostPort,
                    e.getMessage(),
                    field);
        }
    }

    @Override
    public void close() {
        log.info("stopping; what is programmed stays in force");
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
