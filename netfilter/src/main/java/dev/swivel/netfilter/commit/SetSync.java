package dev.swivel.netfilter.commit;

import dev.swivel.linux.ipset.IpSetException;
import dev.swivel.linux.ipset.PacketMark;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipset.SetHeader;
import dev.swivel.linux.ipset.SetHeaders;
import dev.swivel.linux.ipset.SetSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the sets of one IP family to what they should hold.
public final class SetSync {
    private static final Logger LOG = LoggerFactory.getLogger(SetSync.class);

    private final SetStore store;
    private final SetLayout layout;
    private final Map<String, Integer> sizes = new HashMap<>();
    private final Set<String> passing = new TreeSet<>();

    /// The kernel lets go of a removed rule's set a little after the rule (nf_tables does so in the
    /// background): these are destroyed when it has.
    private final Set<String> lingering = new LinkedHashSet<>();

    /// The digest of headers that were all as they should be, if nothing else is wanted since.
    private OptionalLong approved = OptionalLong.empty();

    public SetSync(SetStore store, SetLayout layout) {
        this.store = store;
        this.layout = layout;
    }

    /// What a change of services asks of the sets.
    public SetPlan plan(SetDelta delta) {
        approved = OptionalLong.empty();
        SetPlan plan = new SetPlan();
        plan.added.addAll(delta.added());
        plan.added.addAll(delta.changed());
        plan.removed.addAll(delta.removed());
        delta.added().forEach(change -> sizes.merge(change.set(), 1, Integer::sum));
        delta.removed().forEach(change -> sizes.merge(change.set(), -1, Integer::sum));
        for (SetSpec spec : delta.written()) {
            (passing.contains(spec.name()) ? plan.reshaped : plan.created).add(spec);
        }
        plan.destroyed.addAll(delta.dropped());
        return plan;
    }

    /// What it takes from whatever the kernel has now. Reads it, and changes nothing.
    ///
    /// @param elements all that the fixed sets should hold
    /// @param passingSets those that services need now
    public SetPlan plan(Collection<SetChange.Add> elements, Collection<SetSpec> passingSets)
            throws IOException {
        approved = OptionalLong.empty();
        Map<String, Map<SetElement, SetChange.Add>> wanted = new HashMap<>();
        for (SetChange.Add add : elements) {
            wanted.computeIfAbsent(add.set(), _ -> new LinkedHashMap<>()).put(add.element(), add);
        }
        Map<String, SetHeader> present = new HashMap<>();
        store.headers().forEach(header -> present.put(header.name(), header));
        SetPlan plan = new SetPlan();
        plan.spareLeft = present.containsKey(layout.spare());
        for (SetSpec spec : layout.fixed()) {
            planSet(spec, present, wanted.getOrDefault(spec.name(), Map.of()), plan);
        }
        passing.clear();
        lingering.clear();
        Set<String> needed = new HashSet<>();
        for (SetSpec spec : passingSets) {
            planForm(spec, present, plan);
            passing.add(spec.name());
            needed.add(spec.name());
        }
        present.keySet().stream()
                .filter(layout.passing().and(name -> !needed.contains(name)))
                .forEach(plan.destroyed::add);
        return plan;
    }

    private void planSet(
            SetSpec fixed,
            Map<String, SetHeader> present,
            Map<SetElement, SetChange.Add> wanted,
            SetPlan plan)
            throws IOException {
        SetSpec spec = withRoomFor(wanted.size(), fixed);
        String name = spec.name();
        Map<SetElement, Optional<PacketMark>> held =
                holdsTheSame(present.get(name), spec) ? store.elements(name) : Map.of();
        long come = wanted.keySet().stream().filter(element -> !held.containsKey(element)).count();
        sizes.put(name, wanted.size());
        if (!held.isEmpty() && spec.type().isHash() && held.size() + come > spec.maxElements()) {
            plan.refilled.put(spec, List.copyOf(wanted.values()));
            return;
        }
        planForm(spec, present, plan);
        wanted.values().stream()
                .filter(add -> !add.mark().equals(held.get(add.element())))
                .forEach(plan.added::add);
        held.keySet().stream()
                .filter(element -> !wanted.containsKey(element))
                .forEach(element -> plan.removed.add(SetChange.delete(name, element)));
    }

    /// Twice as large as need be, if it has to be larger than usual.
    private static SetSpec withRoomFor(int elements, SetSpec spec) {
        return spec.type().isHash() && elements > spec.maxElements()
                ? spec.withMaxElements(Integer.highestOneBit(elements) << 2)
                : spec;
    }

    private static void planForm(SetSpec spec, Map<String, SetHeader> present, SetPlan plan) {
        SetHeader header = present.get(spec.name());
        if (header == null) {
            plan.created.add(spec);
        } else if (!holdsTheSame(header, spec)) {
            plan.replaced.add(spec);
        } else if (!fits(header, spec)) {
            plan.reshaped.add(spec);
        }
    }

    /// Whether a set holds what another form of it can hold too.
    private static boolean holdsTheSame(@Nullable SetHeader header, SetSpec spec) {
        return header != null
                && header.typeName().equals(spec.type().kernelName())
                && (!spec.type().isHash() || header.family().equals(Optional.of(spec.family())));
    }

    private static boolean fits(SetHeader header, SetSpec spec) {
        return holdsTheSame(header, spec)
                && (!spec.type().isHash() || header.maxElements() >= spec.maxElements())
                && header.withMarks() == spec.withMarks()
                && header.timeout().equals(spec.timeout());
    }

    /// The first half of a plan: what rules will need.
    public void prepare(SetPlan plan) throws IOException {
        shape(plan);
        fill(plan);
    }

    /// The first half of [#prepare]: the sets are there, and may be named by rules.
    public void shape(SetPlan plan) throws IOException {
        if (plan.spareLeft) {
            store.destroy(layout.spare());
        }
        for (SetSpec spec : plan.created) {
            create(spec);
        }
        for (SetSpec spec : plan.replaced) {
            replace(spec);
        }
        for (SetSpec spec : plan.reshaped) {
            reshape(spec, true);
            note(spec);
        }
        for (var refill : plan.refilled.entrySet()) {
            remake(refill.getKey(), refill.getValue());
        }
    }

    /// The second half: they hold what they should. See [Filling].
    void fill(SetPlan plan) throws IOException {
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
        if (layout.passing().test(spec.name())) {
            passing.add(spec.name());
        }
    }

    /// Somebody has left a set of that name that holds other things.
    private void replace(SetSpec spec) throws IOException {
        try {
            store.destroy(spec.name());
        } catch (IpSetException e) {
            if (e.isReferenced()) {
                throw new IOException(
                        "ipset "
                                + spec.name()
                                + " was made by somebody else with another type than "
                                + spec.type().kernelName()
                                + ", and rules use it: remove those rules, then the set",
                        e);
            }
            throw e;
        }
        create(spec);
    }

    /// Makes a set again under the rules that use it. What expires gets the new timeout from now.
    private void reshape(SetSpec spec, boolean keep) throws IOException {
        List<SetChange.Add> elements = new ArrayList<>();
        if (keep) {
            store.elements(spec.name())
                    .forEach((element, mark) -> {
                        var copy = SetChange.add(spec.name(), element);
                        elements.add(
                                spec.withMarks() && mark.isPresent()
                                        ? copy.withMark(mark.get())
                                        : copy);
                    });
        }
        remake(spec, elements);
    }

    /// Nobody ever finds the set without what it should hold.
    private void remake(SetSpec spec, List<SetChange.Add> elements) throws IOException {
        SetSpec spare = spec.withName(layout.spare());
        store.create(spare);
        try {
            store.apply(elements.stream().map(add -> (SetChange) add.to(spare.name())).toList());
            store.swap(spare.name(), spec.name());
        } finally {
            store.destroy(spare.name());
        }
    }

    /// The second half of a plan: what no rule needs any longer.
    public void finish(SetPlan plan) throws IOException {
        store.apply(plan.removed);
        lingering.addAll(plan.destroyed);
        passing.removeAll(plan.destroyed);
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
                LOG.debug("set {} is still in use: {}", set, e.getMessage());
            }
        }
    }

    /// Looks at the headers of the sets, not at what they hold.
    public List<String> audit() throws IOException {
        if (!lingering.isEmpty()) {
            destroyLingering();
        }
        SetHeaders headers = store.look(this);
        long digest = headers.digest();
        if (approved.isPresent() && approved.getAsLong() == digest) {
            return List.of();
        }
        List<String> findings = compare(headers.list());
        approved = findings.isEmpty() ? OptionalLong.of(digest) : OptionalLong.empty();
        return findings;
    }

    private List<String> compare(List<SetHeader> headers) {
        Map<String, SetHeader> present = new HashMap<>();
        headers.forEach(header -> present.put(header.name(), header));
        List<String> findings = new ArrayList<>();
        for (SetSpec spec : layout.fixed()) {
            String name = spec.name();
            SetHeader header = present.get(name);
            int wanted = sizes.getOrDefault(name, 0);
            if (header == null) {
                findings.add("ipset " + name + " is gone");
            } else if (!fits(header, spec)) {
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
        passing.stream()
                .filter(name -> !present.containsKey(name))
                .forEach(name -> findings.add("ipset " + name + " is gone"));
        return findings;
    }

    /// Destroys every set of such a name, as soon as no rule uses it.
    public static void destroyAll(SetStore store, Predicate<String> names, Duration patience)
            throws IOException {
        SetSync sync = new SetSync(store, new SetLayout(List.of(), "", names));
        for (SetHeader header : store.headers()) {
            if (names.test(header.name())) {
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
