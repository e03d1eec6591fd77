package dev.swivel.iptables.render;

import dev.swivel.core.backend.UnservableException;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.SetName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What the services of one IP family share: the dispatch trees, and who else has an endpoint.
/// Everything else about a service is rendered anew from what it was and what it is, so no text of
/// rules is kept.
///
/// An update counts as done at once: if it could not be committed, start over with an empty one.
public final class Programmed {
    /// With more endpoints than this in all services, rules carry no comments (spec 4.11).
    static final int COMMENTED_ENDPOINTS = 1000;

    /// From so many services on, several processors render.
    private static final int WORTH_SHARING = 200;

    private final Layout layout;
    private final StaticChains fixed;
    private final DispatchTree addresses = DispatchTree.ofAddresses();
    private final DispatchTree nodePorts = DispatchTree.ofNodePorts();
    private final HairpinCounts hairpins;
    private int endpoints;
    private int rules;

    public Programmed(Layout layout) {
        this.layout = layout;
        this.hairpins = new HairpinCounts(layout.family());
        this.fixed = new StaticChains(layout);
    }

    public Layout layout() {
        return layout;
    }

    /// One service before and after; absent where it does not exist.
    public record Step(Optional<ResolvedService> before, Optional<ResolvedService> after) {}

    private record Rendered(ServiceRules before, ServiceRules after) {}

    /// Whether rules written now say what they are for.
    public boolean comments() {
        return endpoints <= COMMENTED_ENDPOINTS;
    }

    /// How many rules the services come to. What does not depend on services is not counted.
    public int rules() {
        return rules;
    }

    /// Renders the changed services and finds out what differs.
    public Delta update(Collection<Step> steps) {
        for (Step step : steps) {
            endpoints += step.after().map(Programmed::endpoints).orElse(0);
            endpoints -= step.before().map(Programmed::endpoints).orElse(0);
        }
        Collector collector = new Collector();
        Stream<Step> all = steps.size() < WORTH_SHARING ? steps.stream() : steps.parallelStream();
        all.map(collector::render).forEachOrdered(collector::add);
        return collector.finish();
    }

    private static int endpoints(ResolvedService service) {
        return service.ports().stream()
                .mapToInt(port ->
                        Math.max(
                                port.endpoints().cluster().size(), port.endpoints().local().size()))
                .sum();
    }

    /// Gathers the differences of all steps before any of them takes effect: what one service gives
    /// up another may take.
    private final class Collector {
        private final boolean comments = comments();
        private final Map<ChainName, Chain> written = new LinkedHashMap<>();
        private final Set<ChainName> removed = new LinkedHashSet<>();
        private final List<Dispatch> dispatchRemoved = new ArrayList<>();
        private final List<Dispatch> dispatchAdded = new ArrayList<>();
        private final List<Element> elementsRemoved = new ArrayList<>();
        private final List<Element> elementsAdded = new ArrayList<>();
        private final Map<SetName, Integer> affinityWritten = new LinkedHashMap<>();
        private final Set<SetName> affinityRemoved = new LinkedHashSet<>();

        /// May be called from any thread.
        Rendered render(Step step) {
            return new Rendered(rules(step.before(), false), rules(step.after(), comments));
        }

        void add(Rendered step) {
            ServiceRules before = step.before;
            ServiceRules after = step.after;
            addChains(before.chains(), after.chains());
            addDispatch(before.dispatch(), after.dispatch());
            elementsRemoved.addAll(before.elements());
            elementsAdded.addAll(after.elements());
            after.affinity()
                    .forEach((set, timeout) -> {
                        if (!timeout.equals(before.affinity().get(set))) {
                            affinityWritten.put(set, timeout);
                        }
                    });
            before.affinity().keySet().stream()
                    .filter(set -> !after.affinity().containsKey(set))
                    .forEach(affinityRemoved::add);
        }

        private ServiceRules rules(Optional<ResolvedService> service, boolean withComments) {
            return service.map(s -> render(s, withComments)).orElse(ServiceRules.NONE);
        }

        private ServiceRules render(ResolvedService service, boolean withComments) {
            try {
                return ServiceRules.of(layout, service, withComments);
            } catch (RuntimeException e) {
                throw new UnservableException(service.name(), e);
            }
        }

        private void addChains(List<Chain> before, List<Chain> after) {
            Map<ChainName, Chain> old = new HashMap<>();
            for (Chain chain : before) {
                old.put(chain.name(), chain);
                rules -= chain.rules().size();
            }
            for (Chain chain : after) {
                rules += chain.rules().size();
                Chain was = old.remove(chain.name());
                if (was == null || !was.sameAs(chain)) {
                    written.put(chain.name(), chain);
                }
            }
            removed.addAll(old.keySet());
        }

        private void addDispatch(List<Dispatch> before, List<Dispatch> after) {
            Set<Dispatch> kept = new HashSet<>(before);
            kept.retainAll(after);
            before.stream().filter(d -> !kept.contains(d)).forEach(dispatchRemoved::add);
            after.stream().filter(d -> !kept.contains(d)).forEach(dispatchAdded::add);
        }

        Delta finish() {
            update(addresses, false);
            update(nodePorts, true);
            Set<Element> gone = new LinkedHashSet<>();
            Set<Element> come = new LinkedHashSet<>();
            count(gone, come);
            Set<Element> stay = new HashSet<>(gone);
            stay.retainAll(come);
            gone.removeAll(stay);
            come.removeAll(stay);
            return new Delta(
                    List.copyOf(written.values()),
                    removed,
                    come,
                    gone,
                    affinityWritten,
                    affinityRemoved);
        }

        private void update(DispatchTree tree, boolean ofNodePorts) {
            var outcome =
                    tree.update(
                            of(dispatchRemoved, ofNodePorts),
                            of(dispatchAdded, ofNodePorts),
                            comments);
            for (Chain chain : outcome.written()) {
                written.put(chain.name(), Ruleset.withTail(chain, fixed));
            }
            removed.addAll(outcome.removed());
            rules += outcome.rules();
        }

        private static List<Dispatch> of(List<Dispatch> all, boolean nodePorts) {
            return all.stream().filter(d -> d.isNodePort() == nodePorts).toList();
        }

        /// Several services may have one endpoint: its hairpin element goes with the last of them.
        private void count(Set<Element> gone, Set<Element> come) {
            for (Element element : elementsRemoved) {
                if (!(element instanceof Element.Hairpin hairpin) || hairpins.remove(hairpin)) {
                    gone.add(element);
                }
            }
            for (Element element : elementsAdded) {
                if (!(element instanceof Element.Hairpin hairpin) || hairpins.add(hairpin)) {
                    come.add(element);
                }
            }
        }
    }
}
