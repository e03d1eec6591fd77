package dev.swivel.ipvs;

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
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.ProxyState;
import dev.swivel.ipvs.commit.Cleanup;
import dev.swivel.ipvs.commit.FamilyProxy;
import dev.swivel.ipvs.commit.Farewell;
import dev.swivel.ipvs.commit.Kernel;
import dev.swivel.ipvs.commit.Unused;
import dev.swivel.ipvs.render.Layout;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.ipvs.Ipvs;
import dev.swivel.linux.ipvs.Scheduler;
import dev.swivel.netfilter.commit.CommitMeters;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.Idle;
import dev.swivel.netfilter.commit.MeasuredFlows;
import dev.swivel.netfilter.commit.PerFamily;
import dev.swivel.netfilter.commit.StaleFlows;
import dev.swivel.netfilter.commit.Steps;
import dev.swivel.netfilter.commit.TableWatch;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The mode `ipvs`. Works on the network namespace of the calling thread.
public final class IpvsBackend implements ProxyBackend {
    private static final String DEFAULT_SCHEDULER = "rr";

    private final LongSupplier nanoTime;
    private final PerFamily families = new PerFamily("ipvs");
    private @Nullable Kernel kernel;

    public IpvsBackend() {
        this(System::nanoTime);
    }

    /// @param nanoTime as [System#nanoTime]
    IpvsBackend(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public String name() {
        return "ipvs";
    }

    @Override
    public void validate(ProxyConfig config) throws ConfigException {
        String given = config.ipvs().scheduler();
        if (!given.isEmpty() && !Scheduler.isName(given)) {
            throw new ConfigException(
                    "ipvs.scheduler (--ipvs-scheduler): \"%s\" is not allowed; allowed: 1 to 15 lower-case letters, digits, '_-'"
                            .formatted(given));
        }
    }

    @Override
    public void start(BackendContext context) throws BackendException {
        try {
            Kernel opened = Kernel.open();
            kernel = opened;
            ProxyConfig config = context.config();
            Scheduler scheduler = scheduler(config.ipvs());
            Optional<String> missing = opened.ipvs().probe(scheduler);
            if (missing.isPresent()) {
                throw new IOException("ipvs.scheduler: " + missing.get());
            }
            var _ = opened.links().createDummy(dev.swivel.ipvs.render.Names.INTERFACE);
            Settings.apply(config.ipvs(), opened.ipvs());
            families.open(context.families());
            boolean hasMaglev = opened.has("mh");
            TableWatch watch = new TableWatch();
            families.serve((family, iptables) ->
                    new FamilyProxy(
                            opened,
                            iptables,
                            new MeasuredFlows(new StaleFlows(), context.meters(), family),
                            watch,
                            new CommitMeters(context.meters(), family, List.of(Table.values())),
                            layout(family, config, iptables.supportsRandomFully(), hasMaglev),
                            config.ipvs().excludeCidrs(),
                            nanoTime));
        } catch (IOException e) {
            close();
            throw Failures.explain("starting the ipvs backend", e);
        }
    }

    private static Scheduler scheduler(ProxyConfig.Ipvs config) {
        return new Scheduler(config.scheduler().isEmpty() ? DEFAULT_SCHEDULER : config.scheduler());
    }

    /// All of it but what the node's view tells.
    static Layout layout(
            IpFamily family, ProxyConfig config, boolean randomFully, boolean hasMaglev) {
        return new Layout(
                family,
                config.iptables().masqueradeBit(),
                config.iptables().masqueradeAll(),
                randomFully,
                scheduler(config.ipvs()).name(),
                hasMaglev ? "mh" : "sh",
                LocalTraffic.UNKNOWN,
                List.of(),
                List.of(),
                List.of());
    }

    @Override
    public ApplyReport apply(ProxyState next, Change change) throws BackendException {
        return families.apply(next, change);
    }

    @Override
    public Drift audit(ProxyState state) throws BackendException {
        return families.audit(state);
    }

    /// Waits until what lives is done: new connections do not come here any longer.
    @Override
    public void retire(Retirement how) throws BackendException {
        remove(how.drain(), how.config().ipvs().excludeCidrs());
    }

    @Override
    public void cleanup() throws BackendException {
        remove(Duration.ZERO, List.of());
    }

    private static void remove(Duration patience, List<Cidr> excluded) throws BackendException {
        try {
            if (IpSets.isPresent() && Cleanup.findsTraces()) {
                Steps.takeAll(() -> removeServers(patience, excluded), Cleanup::sets);
            }
        } catch (IOException e) {
            throw Failures.explain("removing virtual servers", e);
        }
    }

    /// Rules go last but for the sets that they look into: while anything lives, they protect the
    /// node's own ports.
    private static void removeServers(Duration patience, List<Cidr> excluded) throws IOException {
        if (Ipvs.probe().isPresent()) {
            Cleanup.rules();
            return;
        }
        try (Kernel opened = Kernel.open()) {
            Farewell farewell = new Farewell(opened, excluded);
            Idle.await(patience, farewell::removeIdle);
            Steps.takeAll(Cleanup::rules, farewell::removeAll);
        }
    }

    @Override
    public void tidy() throws BackendException {
        try {
            if (IpSets.isPresent() && Cleanup.findsTraces()) {
                Unused.remove();
            }
        } catch (IOException e) {
            throw Failures.explain("removing what no rule uses", e);
        }
    }

    @Override
    public Inspection inspection() {
        return new IpvsInspection();
    }

    @Override
    public void close() {
        if (kernel != null) {
            kernel.close();
            kernel = null;
        }
        families.clear();
    }
}
