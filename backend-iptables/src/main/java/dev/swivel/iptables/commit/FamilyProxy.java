package dev.swivel.iptables.commit;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ServiceName;
import dev.swivel.iptables.render.Delta;
import dev.swivel.iptables.render.Layout;
import dev.swivel.iptables.render.Names;
import dev.swivel.iptables.render.Programmed;
import dev.swivel.iptables.render.Ruleset;
import dev.swivel.linux.accounting.PacketCounters;
import dev.swivel.linux.iptables.Flavour;
import dev.swivel.linux.iptables.Iptables;
import dev.swivel.linux.iptables.RestoreException;
import dev.swivel.linux.iptables.TableLook;
import dev.swivel.netfilter.commit.CommitMeters;
import dev.swivel.netfilter.commit.Comparison;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.FamilyWriter;
import dev.swivel.netfilter.commit.Finding;
import dev.swivel.netfilter.commit.FlowCleaner;
import dev.swivel.netfilter.commit.FlowUpkeep;
import dev.swivel.netfilter.commit.SetPlan;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.SetSync;
import dev.swivel.netfilter.commit.TableDump;
import dev.swivel.netfilter.commit.TableScript;
import dev.swivel.netfilter.commit.TableWatch;
import dev.swivel.netfilter.rule.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything about one IP family: takes states, keeps the kernel in step with them.
public final class FamilyProxy implements FamilyWriter {
    private static final Logger LOG = LoggerFactory.getLogger(FamilyProxy.class);

    private static final long CHEAP_READING_NANOS = 200_000_000;
    private static final int REST_PER_READING = 20;
    private static final long LONGEST_REST_NANOS =
            3_000_000_000L; // drift is to be mended within 5 s

    /// What this backend writes.
    public static final List<Table> TABLES = List.of(Table.NAT, Table.FILTER);

    private final Iptables iptables;
    private final SetSync sets;
    private final FlowUpkeep flows;
    private Layout layout;
    private final TableWatch watch;
    private final TableLook look;
    private final CommitMeters meters;

    private @Nullable Committed committed;

    /// Before this time, in terms of [System#nanoTime], tables are not read again for an audit.
    private long nextReading = System.nanoTime();

    /// What the kernel holds because of us.
    ///
    /// @param fixedRules rules in nat that do not depend on services
    private record Committed(ProxyState state, Programmed programmed, int fixedRules) {}

    /// @param layout all of it but what the node's view tells
    /// @param watch shared by all families
    public FamilyProxy(
            Iptables iptables,
            SetStore store,
            FlowCleaner flows,
            TableWatch watch,
            CommitMeters meters,
            Layout layout) {
        this.iptables = iptables;
        this.sets = new SetSync(store, SetForm.layout(layout.family()));
        this.flows = new FlowUpkeep(flows, layout.family());
        this.watch = watch;
        this.look = iptables.look(TABLES.stream().map(Table::text).toList());
        this.meters = meters;
        this.layout = layout;
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
            if (!full) {
                meters.partialSyncFailed();
            }
            throw Failures.explain("programming " + family().label() + " services", e);
        }
    }

    private IpFamily family() {
        return layout.family();
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
        SetPlan plan = sets.plan(SetForm.delta(delta, family()));
        TableScript script = new TableScript(Table.NAT);
        delta.written().forEach(script::write);
        delta.removed().forEach(script::remove);
        commit(plan, List.of(new StagedLoad(List.of(), script)));
        committed = new Committed(next, before.programmed, before.fixedRules);
        meters.owned(Table.NAT, before.fixedRules + before.programmed.rules());
        return new ApplyReport(
                delta.written().stream().mapToInt(chain -> chain.rules().size()).sum()
                        + plan.writes(),
                delta.removed().size() + plan.removals(),
                List.of());
    }

    /// From whatever the kernel holds. A kernel may have counters, and no rules that count: then
    /// nothing is counted.
    private ApplyReport writeAll(ProxyState next) throws IOException {
        try {
            return rewrite(next);
        } catch (RestoreException e) {
            if (!layout.counting()) {
                throw e;
            }
            return rewriteUncounted(next, e);
        }
    }

    private ApplyReport rewriteUncounted(ProxyState next, RestoreException cause)
            throws IOException {
        Layout counting = layout;
        layout = counting.uncounted();
        try {
            ApplyReport report = rewrite(next);
            LOG.warn(
                    "{}: dropped packets and those to node ports on 127.0.0.1 are not counted: {}",
                    family().label(),
                    cause.getMessage());
            return report;
        } catch (IOException e) {
            layout = counting;
            throw e;
        }
    }

    private ApplyReport rewrite(ProxyState next) throws IOException {
        if (layout.counting()) {
            for (String counter : Names.COUNTERS) {
                PacketCounters.ensure(counter);
            }
        }
        Programmed programmed = new Programmed(layout.with(next.node()));
        Ruleset wanted = Ruleset.of(programmed, next.services().values());
        SetPlan plan =
                sets.plan(
                        SetForm.adding(wanted.elements(), family()),
                        SetForm.affinity(wanted.affinity(), family()));
        plan.add(RememberedClients.of(wanted.chains(Table.NAT).values(), family()));
        List<StagedLoad> loads = new ArrayList<>();
        watch.trust(family(), look.fingerprints());
        for (Table table : TABLES) {
            List<Finding> findings = compare(wanted, table);
            loads.add(
                    iptables.flavour() == Flavour.NFT
                            ? StagedLoad.inPieces(table, findings)
                            : StagedLoad.whole(table, findings));
        }
        int lines = loads.stream().mapToInt(StagedLoad::lines).sum();
        commit(plan, loads);
        TABLES.forEach(table -> meters.owned(table, wanted.rules(table)));
        committed = new Committed(next, programmed, wanted.rules(Table.NAT) - programmed.rules());
        LOG.debug("{}: full sync wrote {} lines", family().label(), lines);
        return new ApplyReport(lines + plan.writes(), plan.removals(), List.of());
    }

    private List<Finding> compare(Ruleset wanted, Table table) throws IOException {
        return Comparison.of(wanted.table(table), TableDump.parse(iptables.save(table.text())));
    }

    private void commit(SetPlan plan, List<StagedLoad> loads) throws IOException {
        sets.prepare(plan);
        try (var _ = iptables.exclusive()) {
            watch.look(family(), look.fingerprints()); // somebody may have written since we read
            int tables = 0;
            for (StagedLoad load : loads) {
                for (TableScript piece : load.ahead()) {
                    tables += restore(List.of(piece));
                }
            }
            tables += restore(loads.stream().map(StagedLoad::rest).toList());
            watch.committed(family(), look.fingerprints(), tables);
        }
        loads.forEach(load -> meters.written(load.rest().table(), load.lines()));
        sets.finish(plan);
    }

    /// @return how many tables were written
    private int restore(List<TableScript> scripts) throws IOException {
        List<TableScript> written = scripts.stream().filter(script -> !script.isEmpty()).toList();
        if (!written.isEmpty()) {
            restore(out -> written.forEach(script -> script.writeTo(out)));
        }
        return written.size();
    }

    private void restore(Iptables.Script script) throws IOException {
        try {
            iptables.restore(script);
        } catch (IOException e) {
            meters.restoreFailed();
            throw e;
        }
    }

    /// Costs a few system calls while nobody else touches the tables; a read of both tables when
    /// somebody did.
    @Override
    public Drift audit() throws BackendException {
        Committed now = committed;
        if (now == null) {
            return Drift.NONE;
        }
        try {
            List<String> findings = new ArrayList<>(sets.audit());
            watch.look(family(), look.fingerprints());
            if (watch.isSuspicious(family()) && System.nanoTime() - nextReading >= 0) {
                findings.addAll(read(now));
            }
            return findings.isEmpty() ? Drift.NONE : new Drift(findings);
        } catch (IOException e) {
            throw Failures.explain("checking " + family().label() + " rules", e);
        }
    }

    /// Reads both tables back. That takes a while if there is much in them, so where others write
    /// often and leave ours alone it is not done all the time.
    private List<String> read(Committed now) throws IOException {
        long start = System.nanoTime();
        Ruleset wanted =
                Ruleset.of(new Programmed(now.programmed.layout()), now.state.services().values());
        List<String> findings = new ArrayList<>();
        watch.examine(family(), look.fingerprints());
        for (Table table : TABLES) {
            compare(wanted, table).forEach(finding -> findings.add(finding.text()));
        }
        if (findings.isEmpty()) {
            watch.acquit(family());
        }
        long end = System.nanoTime();
        if (findings.isEmpty() && end - start > CHEAP_READING_NANOS) {
            nextReading = end + Math.min((end - start) * REST_PER_READING, LONGEST_REST_NANOS);
        }
        return findings;
    }

    @Override
    public void close() {
        look.close();
    }
}
