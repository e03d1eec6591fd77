package dev.swivel.ipvs.commit;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ServiceName;
import dev.swivel.ipvs.render.Delta;
import dev.swivel.ipvs.render.Layout;
import dev.swivel.ipvs.render.Names;
import dev.swivel.ipvs.render.Pool;
import dev.swivel.ipvs.render.Programmed;
import dev.swivel.ipvs.render.StaticRules;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.ipvs.Frontend;
import dev.swivel.linux.ipvs.IpvsChange;
import dev.swivel.linux.ipvs.IpvsChangesException;
import dev.swivel.linux.ipvs.VirtualServerState;
import dev.swivel.linux.link.Link;
import dev.swivel.netfilter.commit.CommitMeters;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.FamilyWriter;
import dev.swivel.netfilter.commit.FixedRules;
import dev.swivel.netfilter.commit.FlowCleaner;
import dev.swivel.netfilter.commit.FlowUpkeep;
import dev.swivel.netfilter.commit.SetPlan;
import dev.swivel.netfilter.commit.SetSync;
import dev.swivel.netfilter.commit.TableWatch;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.WantedTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything about one IP family: takes states, keeps the kernel in step with them.
public final class FamilyProxy implements FamilyWriter {
    private static final Logger LOG = LoggerFactory.getLogger(FamilyProxy.class);

    private final Kernel kernel;
    private final Layout layout;
    private final List<Cidr> excluded;
    private final FlowUpkeep flows;
    private final SetSync sets;
    private final FixedRules rules;
    private final Draining draining;
    private final ServerSync servers;
    private final ServiceAddresses addresses;
    private final Audit audit;
    private final Rest addressRest;
    private final LongSupplier nanoTime;

    /// The virtual servers that we made, whether or not the last commit went well.
    private final Set<Frontend> made = new HashSet<>();

    private @Nullable Committed committed;

    /// What the kernel holds because of us.
    private record Committed(ProxyState state, Programmed programmed, Link link) {}

    /// @param layout all of it but what the node's view tells
    /// @param excluded ranges in which others may have virtual servers
    /// @param watch shared by all families
    /// @param nanoTime as [System#nanoTime]
    public FamilyProxy(
            Kernel kernel,
            Iptables iptables,
            FlowCleaner flows,
            TableWatch watch,
            CommitMeters meters,
            Layout layout,
            List<Cidr> excluded,
            LongSupplier nanoTime) {
        this.kernel = kernel;
        this.layout = layout;
        this.excluded = List.copyOf(excluded);
        this.flows = new FlowUpkeep(flows, layout.family());
        this.nanoTime = nanoTime;
        this.sets = new SetSync(kernel.sets(), SetForm.layout(layout.family()));
        this.rules =
                new FixedRules(layout.family(), iptables, List.of(Table.values()), watch, meters);
        this.draining = new Draining(nanoTime);
        this.servers = new ServerSync(layout.family(), draining);
        this.addresses = new ServiceAddresses(kernel.links());
        this.audit = new Audit(layout.family(), nanoTime);
        this.addressRest = new Rest(nanoTime);
    }

    private IpFamily family() {
        return layout.family();
    }

    @Override
    public ApplyReport apply(ProxyState next, Change change) throws BackendException {
        Committed before = committed;
        committed = null; // whatever goes wrong from here on, the next sync starts from the kernel
        boolean full =
                before == null
                        || change.full()
                        || !layout.with(next.node()).equals(before.programmed.layout());
        try {
            ApplyReport report =
                    before == null || full ? writeAll(next) : write(before, next, change);
            flows.after(Optional.ofNullable(before).map(Committed::state), next, change);
            return report;
        } catch (IOException e) {
            throw Failures.explain("programming " + family().label() + " services", e);
        }
    }

    /// From one committed state to the next: costs what the change costs.
    private ApplyReport write(Committed before, ProxyState next, Change change) throws IOException {
        List<Programmed.Step> steps = new ArrayList<>();
        for (ServiceName name : change.services()) {
            var was = Optional.ofNullable(before.state.services().get(name));
            var is = Optional.ofNullable(next.services().get(name));
            if (!was.equals(is)) {
                steps.add(new Programmed.Step(was, is));
            }
        }
        Delta delta = before.programmed.update(steps);
        SetPlan setPlan = sets.plan(SetForm.delta(delta, family()));
        ServerPlan serverPlan = servers.plan(delta.pools());
        Map<Frontend, Pool> pools = new HashMap<>();
        delta.pools().stream()
                .flatMap(each -> each.after().stream())
                .forEach(pool -> put(pools, pool));

        sets.prepare(setPlan);
        List<Problem> refused = new ArrayList<>(delta.problems());
        if (delta.bound().isEmpty()) { // then nothing comes between
            refused.addAll(change(serverPlan.added, serverPlan.removed, pools));
        } else {
            refused.addAll(change(serverPlan.added, List.of(), pools));
            addresses.add(before.link, delta.bound());
            refused.addAll(change(List.of(), serverPlan.removed, pools));
        }
        addresses.remove(before.link, delta.unbound());
        sets.finish(setPlan);

        committed = new Committed(next, before.programmed, before.link);
        return new ApplyReport(
                setPlan.writes() + serverPlan.added.size() + delta.bound().size(),
                setPlan.removals() + serverPlan.removed.size() + delta.unbound().size(),
                refused);
    }

    private void put(Map<Frontend, Pool> pools, Pool pool) {
        pools.put(ServerForm.frontend(pool.key(), family()), pool);
    }

    /// From whatever the kernel holds.
    private ApplyReport writeAll(ProxyState next) throws IOException {
        Programmed programmed = new Programmed(layout.with(next.node()), kernel);
        Delta all =
                programmed.update(
                        next.services().values().stream()
                                .map(service ->
                                        new Programmed.Step(Optional.empty(), Optional.of(service)))
                                .toList());
        Link link = addresses.make();
        Set<IpAddress> present = addresses.present(link, family());
        ServerPlan serverPlan = servers.plan(wanted(all), present(), ours(programmed, present));
        SetPlan setPlan = sets.plan(SetForm.adding(all.added(), family()), List.of());
        Map<Frontend, Pool> pools = new HashMap<>();
        wanted(all).forEach(pool -> put(pools, pool));

        sets.prepare(setPlan);
        List<WantedTable> tables = new StaticRules(programmed.layout()).tables();
        // A mode iptables serves until its chains are gone. If there is none, nothing may be served
        // before the rules stand.
        boolean relieves = rules.hasChain(Table.NAT, Names::isStaleInNat);
        int lines = relieves ? 0 : rules.write(tables);
        List<Problem> refused = new ArrayList<>(all.problems());
        refused.addAll(change(serverPlan.added, List.of(), pools));
        Set<IpAddress> come = without(all.bound(), present);
        addresses.add(link, come);
        lines += relieves ? rules.write(tables) : 0;
        refused.addAll(change(List.of(), serverPlan.removed, pools));
        Set<IpAddress> go = without(present, all.bound());
        addresses.remove(link, go);
        sets.finish(setPlan);

        audit.restart();
        committed = new Committed(next, programmed, link);
        LOG.debug("{}: full sync wrote {} lines of rules", family().label(), lines);
        return new ApplyReport(
                lines + setPlan.writes() + serverPlan.added.size() + come.size(),
                setPlan.removals() + serverPlan.removed.size() + go.size(),
                refused);
    }

    private static List<Pool> wanted(Delta all) {
        return all.pools().stream().flatMap(each -> each.after().stream()).toList();
    }

    private List<VirtualServerState> present() throws IOException {
        return kernel.ipvs().serversWithReal().stream()
                .filter(state -> state.server().frontend().family() == Families.linux(family()))
                .toList();
    }

    private Predicate<Frontend> ours(Programmed programmed, Set<IpAddress> present)
            throws IOException {
        Predicate<Frontend> found =
                Ownership.read(
                        kernel.sets(),
                        family(),
                        present,
                        programmed.layout().hostAddresses(),
                        excluded);
        return found.or(Set.copyOf(made)::contains);
    }

    private static Set<IpAddress> without(Set<IpAddress> some, Set<IpAddress> others) {
        Set<IpAddress> rest = new HashSet<>(some);
        rest.removeAll(others);
        return rest;
    }

    private List<Problem> change(
            List<IpvsChange> added, List<IpvsChange> removed, Map<Frontend, Pool> pools)
            throws IOException {
        List<IpvsChange> all = new ArrayList<>(added);
        all.addAll(removed);
        added.forEach(change -> made.add(change.frontend()));
        List<Problem> problems = List.of();
        if (!all.isEmpty()) {
            try {
                kernel.ipvs().apply(all);
            } catch (IpvsChangesException e) {
                problems = Refusals.sort(e, added.size(), pools);
            }
        }
        for (IpvsChange change : removed) {
            if (change instanceof IpvsChange.DeleteServer(var frontend)) {
                made.remove(frontend);
            }
        }
        return problems;
    }

    /// Lets real servers go that are done, and looks for what others changed.
    @Override
    public Drift audit() throws BackendException {
        Committed now = committed;
        if (now == null) {
            return Drift.NONE;
        }
        try {
            var _ = change(List.of(), draining.finished(kernel.ipvs()::realServers), Map.of());
            List<String> findings = new ArrayList<>(sets.audit());
            findings.addAll(auditAddresses(now));
            if (rules.areSuspicious()) {
                findings.addAll(
                        rules.differences(new StaticRules(now.programmed.layout()).tables()));
            }
            findings.addAll(audit.findings(kernel.ipvs(), now.programmed));
            return findings.isEmpty() ? Drift.NONE : new Drift(findings);
        } catch (IOException e) {
            throw Failures.explain("checking " + family().label() + " virtual servers", e);
        }
    }

    private List<String> auditAddresses(Committed now) throws IOException {
        Optional<Link> found = addresses.find();
        if (found.isEmpty() || found.get().index() != now.link.index()) {
            return List.of("interface " + Names.INTERFACE + " is gone");
        }
        if (!addressRest.isOver()) {
            return List.of();
        }
        long start = nanoTime.getAsLong();
        Set<IpAddress> present = addresses.present(now.link, family());
        Set<IpAddress> wanted = now.programmed.addresses();
        addressRest.after(start);
        List<String> findings = new ArrayList<>();
        without(wanted, present)
                .forEach(ip ->
                        findings.add("address " + ip + " of " + Names.INTERFACE + " is gone"));
        without(present, wanted)
                .forEach(ip ->
                        findings.add(
                                "address " + ip + " of " + Names.INTERFACE + " serves nothing"));
        return findings;
    }

    @Override
    public void close() {
        rules.close();
    }
}
