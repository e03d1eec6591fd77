package dev.swivel.userspace.commit;

import dev.swivel.core.backend.ApplyReport;
import dev.swivel.core.backend.BackendException;
import dev.swivel.core.backend.Drift;
import dev.swivel.core.backend.UnservableException;
import dev.swivel.core.model.Change;
import dev.swivel.core.model.Cidr;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.NodeView;
import dev.swivel.core.model.ObjectRef;
import dev.swivel.core.model.Problem;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.ServiceName;
import dev.swivel.linux.route.LocalRoutes;
import dev.swivel.netfilter.commit.Counted;
import dev.swivel.netfilter.commit.Failures;
import dev.swivel.netfilter.commit.FamilyWriter;
import dev.swivel.netfilter.commit.FlowCleaner;
import dev.swivel.netfilter.commit.FlowUpkeep;
import dev.swivel.netfilter.commit.SetDelta;
import dev.swivel.netfilter.commit.SetPlan;
import dev.swivel.netfilter.commit.SetStore;
import dev.swivel.netfilter.commit.SetSync;
import dev.swivel.userspace.render.Element;
import dev.swivel.userspace.render.InnerRange;
import dev.swivel.userspace.render.Layout;
import dev.swivel.userspace.render.ServiceElements;
import dev.swivel.userspace.route.ServiceRoutes;
import dev.swivel.userspace.route.SourcePolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything about one IP family: takes states, keeps routes and the kernel in step with them.
///
/// What is new has its route before the kernel leads anybody there, and the listeners open when the
/// first routes are there; what is gone loses its route when the kernel leads nobody there any
/// more.
public final class FamilyProxy implements FamilyWriter {
    private static final Logger LOG = LoggerFactory.getLogger(FamilyProxy.class);

    /// Between looks at the bridges, which take a dump of all interfaces: drift is to be mended
    /// within 5 s.
    private static final long BRIDGES_REST_NANOS = 3_000_000_000L;

    private final Layout layout;
    private final ServiceRoutes routes;
    private final ListeningPorts ports;
    private final LocalRoutes localRoutes;
    private final SetStore store;
    private final SetSync sets;
    private final FlowUpkeep flows;
    private final NodeRules rules;

    private @Nullable Committed committed;
    private boolean takenOver;

    /// In terms of [System#nanoTime].
    private long nextBridges = System.nanoTime();

    /// What the kernel holds because of us.
    private record Committed(
            ProxyState state, Layout layout, List<Cidr> bridged, Counted<Element> elements) {}

    /// @param layout all of it but what the node's view and the listeners tell
    public FamilyProxy(
            Layout layout,
            ServiceRoutes routes,
            ListeningPorts ports,
            LocalRoutes localRoutes,
            SetStore store,
            FlowCleaner flows,
            NodeRules rules) {
        this.layout = layout;
        this.routes = routes;
        this.ports = ports;
        this.localRoutes = localRoutes;
        this.store = store;
        this.sets = new SetSync(store, SetForm.layout(layout.family()));
        this.flows = new FlowUpkeep(flows, layout.family());
        this.rules = rules;
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
                        || !layout.with(next.node(), before.layout.firstPort())
                                .equals(before.layout);
        try {
            if (isTakenOver()) {
                return keepRelaying(next);
            }
            ApplyReport report =
                    before == null || full ? writeAll(next) : write(before, next, change);
            flows.after(Optional.ofNullable(before).map(Committed::state), next, change);
            return report;
        } catch (IOException e) {
            throw Failures.explain("programming " + family().label() + " services", e);
        }
    }

    private boolean isTakenOver() throws IOException {
        boolean is = TakenOver.isSo(store);
        if (is && !takenOver) {
            rules.leave();
            LOG.info("{}: another mode serves now; what lives goes on here", family().label());
        }
        takenOver = is;
        return is;
    }

    /// Endpoints go on to come and leave for those connections that live.
    private ApplyReport keepRelaying(ProxyState next) throws IOException {
        List<Problem> problems =
                put(next.services().values(), next.node(), BridgedRanges.read(family()));
        routes.retain(next.services().values());
        return new ApplyReport(0, 0, problems);
    }

    /// From one committed state to the next: costs what the change costs.
    private ApplyReport write(Committed before, ProxyState next, Change change) throws IOException {
        List<ResolvedService> were = new ArrayList<>();
        List<ResolvedService> are = new ArrayList<>();
        for (ServiceName name : change.services()) {
            ResolvedService was = before.state.services().get(name);
            ResolvedService is = next.services().get(name);
            if (was != null && !was.equals(is)) {
                were.add(was);
            }
            if (is != null && !is.equals(was)) {
                are.add(is);
            }
        }
        List<Problem> problems = put(are, next.node(), before.bridged);
        Counted<Element> elements = before.elements;
        were.forEach(service -> elements.remove(elements(before.layout, service)));
        are.forEach(service -> elements.add(elements(before.layout, service)));
        var difference = elements.difference();
        SetPlan plan =
                sets.plan(
                        new SetDelta(
                                List.copyOf(SetForm.adding(difference.came(), family())),
                                List.of(),
                                SetForm.removing(difference.went(), family()),
                                List.of(),
                                List.of()));
        sets.prepare(plan);
        sets.finish(plan);
        routes.trim(were, are);
        committed = new Committed(next, before.layout, before.bridged, elements);
        return new ApplyReport(plan.writes(), plan.removals(), problems);
    }

    /// From whatever the kernel holds.
    private ApplyReport writeAll(ProxyState next) throws IOException {
        List<Cidr> bridged = BridgedRanges.read(family());
        List<Problem> problems = put(next.services().values(), next.node(), bridged);
        localRoutes.add(Place.range(family()));
        Layout now = layout.with(next.node(), ports.open());
        Counted<Element> elements = new Counted<>();
        for (ResolvedService service : next.services().values()) {
            elements.add(elements(now, service));
        }
        var all = elements.difference().came();
        SetPlan plan = sets.plan(SetForm.adding(all, family()), List.of());
        sets.prepare(plan);
        int lines = rules.write(now);
        sets.finish(plan);
        routes.retain(next.services().values());
        committed = new Committed(next, now, bridged, elements);
        LOG.debug("{}: full sync wrote {} lines of rules", family().label(), lines);
        return new ApplyReport(lines + plan.writes(), plan.removals(), problems);
    }

    private List<Problem> put(
            Iterable<ResolvedService> services, NodeView node, List<Cidr> bridged) {
        SourcePolicy policy =
                new SourcePolicy(node.localTraffic(), layout.masqueradeAll(), bridged);
        List<Problem> problems = new ArrayList<>();
        for (ResolvedService service : services) {
            problems.addAll(blaming(service, () -> routes.put(service, policy)));
            service.ports().stream()
                    .filter(port -> !ServiceElements.isServed(port.protocol()))
                    .forEach(port -> problems.add(notServed(port)));
        }
        return problems;
    }

    private static Set<Element> elements(Layout layout, ResolvedService service) {
        return blaming(service, () -> ServiceElements.of(layout, service));
    }

    /// A service that makes us stumble must not cost the others theirs.
    private static <T> T blaming(ResolvedService service, Supplier<T> step) {
        try {
            return step.get();
        } catch (RuntimeException e) {
            throw new UnservableException(service.name(), e);
        }
    }

    private static Problem notServed(ResolvedPort port) {
        return new Problem(
                ObjectRef.service(port.name().service()),
                "ProtocolNotServed",
                "port "
                        + (port.name().port().isEmpty() ? "" : port.name().port() + " ")
                        + "with protocol "
                        + Protocol.SCTP
                        + " is refused: mode userspace serves TCP and UDP; use mode iptables, ipvs"
                        + " or another protocol");
    }

    /// Costs a few system calls while nobody else touches the tables; a read of both when somebody
    /// did.
    @Override
    public Drift audit() throws BackendException {
        Committed now = committed;
        if (now == null) {
            return Drift.NONE;
        }
        try {
            if (isTakenOver()) {
                return Drift.NONE;
            }
            List<String> findings = new ArrayList<>(sets.audit());
            if (!localRoutes.has(Place.range(family()))) {
                findings.add("the route that makes " + InnerRange.of(family()) + " local is gone");
            }
            findings.addAll(auditBridges(now));
            findings.addAll(rules.audit(now.layout));
            return findings.isEmpty() ? Drift.NONE : new Drift(findings);
        } catch (IOException e) {
            throw Failures.explain("checking " + family().label() + " rules", e);
        }
    }

    private List<String> auditBridges(Committed now) throws IOException {
        long time = System.nanoTime();
        if (time - nextBridges < 0) {
            return List.of();
        }
        nextBridges = time + BRIDGES_REST_NANOS;
        List<Cidr> bridged = BridgedRanges.read(family());
        return bridged.equals(now.bridged)
                ? List.of()
                : List.of(
                        "ranges in which bridged packets pass no rules: "
                                + bridged
                                + " instead of "
                                + now.bridged);
    }

    @Override
    public void close() {
        rules.close();
    }
}
