package dev.swivel.userspace;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.Inspection;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Retirement;
import dev.swivel.core.config.ConfigException;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.linux.route.LocalRoutes;
import dev.swivel.netfilter.commit.CommitMeters;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.FixedRules;
import dev.swivel.netfilter.commit.Idle;
import dev.swivel.netfilter.commit.InvalidPackets;
import dev.swivel.netfilter.commit.MeasuredFlows;
import dev.swivel.netfilter.commit.PerFamily;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.Steps;
import dev.swivel.netfilter.commit.TableWatch;
import dev.swivel.userspace.balance.Algorithm;
import dev.swivel.userspace.commit.Cleanup;
import dev.swivel.userspace.commit.FamilyProxy;
import dev.swivel.userspace.commit.KernelTranslation;
import dev.swivel.userspace.commit.ListeningPorts;
import dev.swivel.userspace.commit.MirroredSources;
import dev.swivel.userspace.commit.NodeRules;
import dev.swivel.userspace.commit.Place;
import dev.swivel.userspace.commit.TakenOver;
import dev.swivel.userspace.pool.PoolDefaults;
import dev.swivel.userspace.pool.ServicePools;
import dev.swivel.userspace.relay.RelaySettings;
import dev.swivel.userspace.relay.Relays;
import dev.swivel.userspace.render.InnerRange;
import dev.swivel.userspace.render.Layout;
import dev.swivel.userspace.render.StaticRules;
import dev.swivel.userspace.route.RouteTable;
import dev.swivel.userspace.route.ServiceRoutes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The mode `userspace`: a constant number of rules leads what is for services to a load balancer
/// in this process. Works on the network namespace of the calling thread.
public final class UserspaceBackend implements ProxyBackend {
    private static final Logger LOG = LoggerFactory.getLogger(UserspaceBackend.class);

    /// Kubernetes gives a pod 30 s to end.
    private static final Duration GRACE = Duration.ofSeconds(25);

    private final PerFamily families = new PerFamily("userspace");
    private final List<AutoCloseable> opened = new ArrayList<>();
    private @Nullable Relays relays;

    @Override
    public String name() {
        return "userspace";
    }

    @Override
    public void validate(ProxyConfig config) throws ConfigException {
        String given = config.userspace().algorithm();
        if (Algorithm.of(given).isEmpty()) {
            throw new ConfigException(
                    "userspace.algorithm (--userspace-algorithm): \"%s\" is not allowed; allowed: %s"
                            .formatted(given, Algorithm.options()));
        }
    }

    @Override
    public void start(BackendContext context) throws BackendException {
        try {
            ProxyConfig config = context.config();
            PoolDefaults poolDefaults = poolDefaults(config.userspace());
            SetStore store = opened(SetStore.open());
            TakenOver.takeBack(store);
            LocalRoutes localRoutes = opened(LocalRoutes.open());
            families.open(context.families());
            for (IpFamily family : context.families()) {
                localRoutes.add(Place.range(InnerRange.of(family)));
            }
            if (!Cleanup.isInUse()) {
                Cleanup.flows(); // of one that was killed
            }
            RouteTable routes = new RouteTable();
            MirroredSources mirrored = new MirroredSources();
            Relays running =
                    Relays.start(
                            List.of(),
                            routes,
                            () -> KernelTranslation.open(mirrored),
                            RelaySettings.of(
                                    config.userspace().maxConnections(),
                                    config.userspace().busyPoll(),
                                    1 << config.iptables().masqueradeBit()),
                            context.meters());
            relays = running;
            boolean dropInvalid = InvalidPackets.areDropped();
            ServicePools pools = new ServicePools(context.meters(), poolDefaults);
            TableWatch watch = new TableWatch();
            families.serve((family, iptables) -> {
                ListeningPorts ports = new ListeningPorts(family, running::listen);
                return new FamilyProxy(
                        layout(family, config, dropInvalid),
                        new ServiceRoutes(family, routes, pools),
                        ports,
                        localRoutes,
                        store,
                        new MeasuredFlows(ports.flows(), context.meters(), family),
                        new NodeRules(
                                family,
                                new FixedRules(
                                        family,
                                        iptables,
                                        StaticRules.TABLES,
                                        watch,
                                        new CommitMeters(
                                                context.meters(), family, StaticRules.TABLES)),
                                mirrored));
            });
        } catch (IOException e) {
            close();
            throw Failures.explain("starting the userspace backend", e);
        }
    }

    private static PoolDefaults poolDefaults(ProxyConfig.Userspace config) {
        return new PoolDefaults(
                Algorithm.of(config.algorithm()).orElseThrow(), config.drainTimeout());
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.add(part);
        return part;
    }

    static Layout layout(IpFamily family, ProxyConfig config, boolean dropInvalid) {
        return Layout.of(
                family,
                config.iptables().masqueradeBit(),
                config.iptables().masqueradeAll(),
                dropInvalid);
    }

    @Override
    public ApplyReport apply(ProxyState next, Change change) throws BackendException {
        return families.apply(next, change);
    }

    @Override
    public Drift audit(ProxyState state) throws BackendException {
        return families.audit(state);
    }

    /// What lives goes on for as long as the process that carries it does, which may be another.
    @Override
    public void retire(Retirement how) throws BackendException {
        try {
            if (Cleanup.findsTraces()) {
                Cleanup.takeOver();
                Cleanup.capture();
                Idle.await(how.drain(), () -> !isCarrying());
                Cleanup.rest();
            }
        } catch (IOException e) {
            throw Failures.explain("removing userspace capture rules", e);
        }
    }

    @Override
    public boolean isReplaced() {
        return TakenOver.isSo();
    }

    /// Whether a process still relays. It may have been about to put back its rules: they are
    /// removed again.
    private static boolean isCarrying() throws IOException {
        if (Cleanup.findsCapture()) {
            Cleanup.capture();
        }
        return Cleanup.isInUse();
    }

    @Override
    public void cleanup() throws BackendException {
        try {
            Steps.takeAll(Cleanup::capture, Cleanup::rest);
        } catch (IOException e) {
            throw Failures.explain("removing userspace capture rules", e);
        }
    }

    /// All of it, unless a process relays.
    @Override
    public void tidy() throws BackendException {
        try {
            if (!Cleanup.isInUse() && Cleanup.findsTraces()) {
                Cleanup.capture();
                Cleanup.rest();
            }
        } catch (IOException e) {
            throw Failures.explain("removing userspace capture rules", e);
        }
    }

    @Override
    public Inspection inspection() {
        return new UserspaceInspection();
    }

    /// Connections that live get some time to end; new ones are refused until another process
    /// listens.
    @Override
    public void close() {
        Relays running = relays;
        if (running != null) {
            relays = null;
            drain(running);
        }
        families.clear();
        for (AutoCloseable part : opened.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.debug("closing {}", part, e);
            }
        }
        opened.clear();
    }

    private static void drain(Relays running) {
        LOG.info(
                "connections have {} s to end; new ones are refused until Swivel runs again",
                GRACE.toSeconds());
        try (running) {
            int cut = running.drain(GRACE);
            if (cut > 0) {
                LOG.warn("{} connections were cut after {}", cut, GRACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
