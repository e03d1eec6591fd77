package dev.swivel.iptables.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.iptables.render.Delta;
import dev.swivel.iptables.render.Element;
import dev.swivel.iptables.render.Names;
import dev.swivel.iptables.render.ServiceSet;
import dev.swivel.iptables.rule.SetName;
import dev.swivel.linux.ipset.IpSetException;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipset.SetHeader;
import dev.swivel.linux.ipset.SetSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the sets of one IP family to what they should hold.
final class SetSync {
    private static final Logger LOG = LoggerFactory.getLogger(SetSync.class);

    private final SetStore store;
    private final IpFamily family;
    private final Map<ServiceSet, Integer> sizes = new EnumMap<>(ServiceSet.class);
    private final Set<String> affinity = new TreeSet<>();

    /// The kernel lets go of a removed rule's set a little after the rule (nf_tables does so in the
    /// background): these are destroyed when it has.
    private final Set<String> lingering = new LinkedHashSet<>();

    SetSync(SetStore store, IpFamily family) {
        this.store = store;
        this.family = family;
    }

    /// What a change of services asks of the sets.
    SetPlan plan(Delta delta) throws IOException {
        SetPlan plan = new SetPlan();
        planChanges(delta.elementsAdded(), delta.elementsRemoved(), plan);
        delta.affinityWritten()
                .forEach((name, timeout) -> {
                    SetSpec spec = SetForm.affinity(name, family, timeout);
                    boolean exists = affinity.contains(name.text());
                    (exists ? plan.reshaped : plan.created).add(spec);
                });
        delta.affinityRemoved().forEach(name -> plan.destroyed.add(name.text()));
        return plan;
    }

    private void planChanges(Set<Element> added, Set<Element> removed, SetPlan plan) {
        for (Element element : added) {
            for (SetElement each : SetForm.elements(element)) {
                plan.added.add(SetChange.add(element.set().name(family).text(), each));
                sizes.merge(element.set(), 1, Integer::sum);
            }
        }
        for (Element element : removed) {
            for (SetElement each : SetForm.elements(element)) {
                plan.removed.add(SetChange.delete(element.set().name(family).text(), each));
                sizes.merge(element.set(), -1, Integer::sum);
            }
        }
    }

    /// What it takes from whatever the kernel has now.
    SetPlan plan(Set<Element> elements, Map<SetName, Integer> affinitySets) throws IOException {
        Map<String, SetHeader> present = new HashMap<>();
        store.headers().forEach(header -> present.put(header.name(), header));
        SetPlan plan = new SetPlan();
        if (present.containsKey(spareName())) {
            store.destroy(spareName());
        }
        Map<ServiceSet, Set<SetElement>> wanted = new EnumMap<>(ServiceSet.class);
        for (Element element : elements) {
            wanted.computeIfAbsent(element.set(), _ -> new LinkedHashSet<>())
                    .addAll(SetForm.elements(element));
        }
        for (ServiceSet set : ServiceSet.values()) {
            planSet(set, present, wanted.getOrDefault(set, Set.of()), plan);
        }
        affinity.clear();
        lingering.clear();
        affinitySets.forEach((name, timeout) ->
                planForm(SetForm.affinity(name, family, timeout), present, plan));
        planStale(present.values(), affinitySets, plan);
        return plan;
    }

    private void planSet(
            ServiceSet set, Map<String, SetHeader> present, Set<SetElement> wanted, SetPlan plan)
            throws IOException {
        String name = set.name(family).text();
        planForm(SetForm.spec(set, family), present, plan);
        Set<SetElement> held =
                present.containsKey(name) ? new HashSet<>(store.elements(name)) : Set.of();
        wanted.stream()
                .filter(element -> !held.contains(element))
                .forEach(element -> plan.added.add(SetChange.add(name, element)));
        held.stream()
                .filter(element -> !wanted.contains(element))
                .forEach(element -> plan.removed.add(SetChange.delete(name, element)));
        sizes.put(set, wanted.size());
    }

    private static void planForm(SetSpec spec, Map<String, SetHeader> present, SetPlan plan) {
        SetHeader header = present.get(spec.name());
        if (header == null) {
            plan.created.add(spec);
        } else if (!fits(header, spec)) {
            plan.reshaped.add(spec);
        }
    }

    private static boolean fits(SetHeader header, SetSpec spec) {
        return header.typeName().equals(spec.type().kernelName())
                && header.family().equals(Optional.of(spec.family()))
                && header.maxElements() == spec.maxElements()
                && header.timeout().equals(spec.timeout());
    }

    private void planStale(
            Iterable<SetHeader> present, Map<SetName, Integer> wanted, SetPlan plan) {
        for (SetHeader header : present) {
            boolean ours = header.name().startsWith(Names.affinityPrefix(family));
            if (ours && !wanted.containsKey(new SetName(header.name()))) {
                plan.destroyed.add(header.name());
            }
        }
    }

    /// The first half of a plan: what rules will need.
    void prepare(SetPlan plan) throws IOException {
        for (SetSpec spec : plan.created) {
            create(spec);
        }
        for (SetSpec spec : plan.reshaped) {
            reshape(spec, true);
            note(spec);
        }
        store.apply(plan.added);
    }

    private void create(SetSpec spec) throws IOException {
        if (lingering.remove(spec.name())) {
            reshape(spec, false); // nobody may find what it held before
        } else {
            store.create(spec);
        }
        note(spec);
    }

    private void note(SetSpec spec) {
        if (spec.name().startsWith(Names.affinityPrefix(family))) {
            affinity.add(spec.name());
        }
    }

    /// Makes a set again under the rules that use it. What expires gets the new timeout from now.
    private void reshape(SetSpec spec, boolean keep) throws IOException {
        SetSpec spare = spec.withName(spareName());
        store.create(spare);
        try {
            if (keep) {
                List<SetChange> copies = new ArrayList<>();
                for (SetElement element : store.elements(spec.name())) {
                    copies.add(SetChange.add(spare.name(), element));
                }
                store.apply(copies);
            }
            store.swap(spare.name(), spec.name());
        } finally {
            store.destroy(spare.name());
        }
    }

    private String spareName() {
        return family == IpFamily.IPV4 ? "KUBE-IPT-SPARE" : "KUBE-6-IPT-SPARE";
    }

    /// The second half of a plan: what no rule needs any longer.
    void finish(SetPlan plan) throws IOException {
        store.apply(plan.removed);
        lingering.addAll(plan.destroyed);
        affinity.removeAll(plan.destroyed);
        destroyLingering();
    }

    private void destroyLingering() throws IOException {
        for (String set : List.copyOf(lingering)) {
            try {
                store.destroy(set);
                lingering.remove(set);
            } catch (IpSetException e) {
                if (e.isNoSuchSet()) {
                    lingering.remove(set);
                } else if (!e.isReferenced()) {
                    throw e;
                }
                LOG.debug("set {} is still in use", set, e);
            }
        }
    }

    /// Looks at the headers of the sets, not at what they hold.
    List<String> audit() throws IOException {
        destroyLingering();
        Map<String, SetHeader> present = new HashMap<>();
        store.headers().forEach(header -> present.put(header.name(), header));
        List<String> findings = new ArrayList<>();
        for (ServiceSet set : ServiceSet.values()) {
            String name = set.name(family).text();
            SetHeader header = present.get(name);
            int wanted = sizes.getOrDefault(set, 0);
            if (header == null) {
                findings.add("ipset " + name + " is gone");
            } else if (!fits(header, SetForm.spec(set, family))) {
                findings.add("ipset " + name + " was made anew in another form");
            } else if (header.elements() >= 0 && header.elements() != wanted) {
                findings.add(
                        "ipset "
                                + name
                                + " has "
                                + header.elements()
                                + " elements instead of "
                                + wanted);
            }
        }
        affinity.stream()
                .filter(name -> !present.containsKey(name))
                .forEach(name -> findings.add("ipset " + name + " is gone"));
        return findings;
    }

    /// Destroys every set of this family that this backend can have made.
    static void destroyAll(SetStore store, IpFamily family, Duration patience) throws IOException {
        String fixed = family == IpFamily.IPV4 ? "KUBE-IPT-" : "KUBE-6-IPT-";
        SetSync sync = new SetSync(store, family);
        for (SetHeader header : store.headers()) {
            if (header.name().startsWith(fixed)
                    || header.name().startsWith(Names.affinityPrefix(family))) {
                sync.lingering.add(header.name());
            }
        }
        long deadline = System.nanoTime() + patience.toNanos();
        sync.destroyLingering();
        while (!sync.lingering.isEmpty() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            sync.destroyLingering();
        }
        if (!sync.lingering.isEmpty()) {
            throw new IOException(
                    "ipsets still in use by rules of others: " + String.join(", ", sync.lingering));
        }
    }
}
