package dev.swivel.iptables;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendContext;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.Inspection;
import dev.swivel.core.backend.ProxyBackend;
import dev.swivel.core.backend.Retirement;
import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.ProxyState;
import dev.swivel.iptables.commit.Cleanup;
import dev.swivel.iptables.commit.CounterMeters;
import dev.swivel.iptables.commit.FamilyProxy;
import dev.swivel.iptables.commit.Unused;
import dev.swivel.iptables.render.Layout;
import dev.swivel.linux.accounting.PacketCounters;
import dev.swivel.linux.ipset.IpSets;
import dev.swivel.linux.sysctl.Sysctl;
import dev.swivel.netfilter.commit.CommitMeters;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.InvalidPackets;
import dev.swivel.netfilter.commit.MeasuredFlows;
import dev.swivel.netfilter.commit.PerFamily;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.StaleFlows;
import dev.swivel.netfilter.commit.Steps;
import dev.swivel.netfilter.commit.TableWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The mode `iptables`. Works on the network namespace of the calling thread.
public final class IptablesBackend implements ProxyBackend {
    static final String ROUTE_LOCALNET = "net.ipv4.conf.all.route_localnet";

    /// A proxy that still ran when its rules were removed has put them back, and once it ends
    /// nobody keeps them true: pauses before looking for that.
    private static final List<Duration> LATER =
            List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(5));

    private final Pause pause;
    private final PerFamily families = new PerFamily("iptables");
    private @Nullable SetStore sets;

    /// How to pause.
    @FunctionalInterface
    interface Pause {
        void last(Duration duration) throws BackendException, InterruptedException;
    }

    public IptablesBackend() {
        this(Thread::sleep);
    }

    IptablesBackend(Pause pause) {
        this.pause = pause;
    }

    @Override
    public String name() {
        return "iptables";
    }

    /// Every value that can be written down can be used.
    @Override
    public void validate(ProxyConfig config) {}

    @Override
    public void start(BackendContext context) throws BackendException {
        try {
            SetStore store = SetStore.open();
            sets = store;
            families.open(context.families());
            openLoopback(context);
            boolean dropInvalid = InvalidPackets.areDropped();
            boolean counting = PacketCounters.isSupported();
            if (counting) {
                CounterMeters.register(context.meters());
            }
            TableWatch watch = new TableWatch();
            families.serve((family, iptables) ->
                    new FamilyProxy(
                            iptables,
                            store,
                            new MeasuredFlows(new StaleFlows(), context.meters(), family),
                            watch,
                            new CommitMeters(context.meters(), family, FamilyProxy.TABLES),
                            layout(
                                    family,
                                    context.config(),
                                    iptables.supportsRandomFully(),
                                    dropInvalid,
                                    counting)));
        } catch (IOException e) {
            close();
            throw Failures.explain("starting the iptables backend", e);
        }
    }

    /// All of it but what the node's view tells.
    static Layout layout(
            IpFamily family,
            ProxyConfig config,
            boolean randomFully,
            boolean dropInvalid,
            boolean counting) {
        return new Layout(
                family,
                config.iptables().masqueradeBit(),
                config.iptables().masqueradeAll(),
                randomFully,
                dropInvalid,
                counting,
                List.of(),
                LocalTraffic.UNKNOWN,
                NodePortAddresses.ALL,
                false);
    }

    /// Lets 127.0.0.1 be routed, for node ports on it (spec 4.8). KUBE-FIREWALL keeps others out.
    private static void openLoopback(BackendContext context) throws IOException {
        ProxyConfig config = context.config();
        if (context.families().contains(IpFamily.IPV4)
                && config.iptables().localhostNodePorts()
                && config.nodePortAddresses().includesLoopbackV4()) {
            boolean _ = Sysctl.system().write(ROUTE_LOCALNET, 1);
        }
    }

    @Override
    public ApplyReport apply(ProxyState next, Change change) throws BackendException {
        return families.apply(next, change);
    }

    @Override
    public Drift audit(ProxyState state) throws BackendException {
        return families.audit(state);
    }

    @Override
    public void retire(Retirement how) throws BackendException {
        remove(Cleanup.Extent.OURS); // connection tracking carries on what lives
        try {
            for (Duration later : LATER) {
                if (later.compareTo(how.drain()) <= 0) {
                    pause.last(later);
                    if (how.revoked().getAsBoolean()) {
                        return;
                    }
                    remove(Cleanup.Extent.OURS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void cleanup() throws BackendException {
        remove(Cleanup.Extent.ALL);
    }

    @Override
    public void tidy() throws BackendException {
        try {
            Unused.remove();
        } catch (IOException e) {
            throw Failures.explain("removing what no rule uses", e);
        }
    }

    private static void removeSets() throws IOException {
        if (IpSets.isPresent()) {
            Cleanup.sets();
        }
    }

    private static void remove(Cleanup.Extent what) throws BackendException {
        try {
            Steps.takeAll(
                    () -> Cleanup.rules(IpFamily.IPV4, what),
                    () -> Cleanup.rules(IpFamily.IPV6, what),
                    IptablesBackend::removeSets,
                    Cleanup::counters);
        } catch (IOException e) {
            throw Failures.explain("removing iptables rules", e);
        }
    }

    @Override
    public Inspection inspection() {
        return new IptablesInspection();
    }

    @Override
    public void close() {
        if (sets != null) {
            sets.close();
            sets = null;
        }
        families.clear();
    }
}
