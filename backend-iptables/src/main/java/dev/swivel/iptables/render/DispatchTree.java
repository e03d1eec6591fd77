package dev.swivel.iptables.render;

import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds the chain of a frontend in a few steps, however many there are: a radix tree over the
/// nibbles of the keys of [Dispatch], with a chain for every node that holds more than [#FEW]
/// frontends. A node with fewer has its rules in the chain above, so that a small cluster has one
/// flat KUBE-SERVICES.
///
/// Which chains there are, and what is in them, depends on nothing but the set of frontends: not on
/// the order in which they came. An update reports exactly the chains whose text changes.
public final class DispatchTree {
    static final int FEW = 8;
    private static final int LONGEST_NAMED_PREFIX = 20;

    private final ChainName rootName;
    private final String stem;
    private @Nullable Node root;
    private long edition;

    private DispatchTree(ChainName rootName, String stem) {
        this.rootName = rootName;
        this.stem = stem;
    }

    /// The tree of service addresses.
    public static DispatchTree ofAddresses() {
        return new DispatchTree(Names.SERVICES, "KUBE-IP-");
    }

    /// The tree of node ports.
    public static DispatchTree ofNodePorts() {
        return new DispatchTree(Names.NODEPORTS, "KUBE-NP-");
    }

    public ChainName rootName() {
        return rootName;
    }

    public int size() {
        return root == null ? 0 : root.count();
    }

    /// What an update did to the chains.
    ///
    /// @param written new or different, with what they hold now
    /// @param rules how many rules more there are in all; negative for fewer
    public record Outcome(List<Chain> written, List<ChainName> removed, int rules) {}

    /// @param removed entries to take out; one that another entry has replaced is left alone
    /// @param added entries to put in, in place of one with the same key
    public Outcome update(
            Collection<Dispatch> removed, Collection<Dispatch> added, boolean comments) {
        edition++;
        Map<ChainName, Chain> before = new TreeMap<>();
        before.put(rootName, rootChain(false));
        for (Dispatch dispatch : removed) {
            root = root == null ? null : remove(root, dispatch, before);
        }
        for (Dispatch dispatch : added) {
            root = root == null ? new Leaf(dispatch) : insert(root, dispatch, before);
        }
        Map<ChainName, Chain> after = new TreeMap<>();
        after.put(rootName, rootChain(comments));
        collect(root, comments, true, after);
        List<Chain> written =
                after.values().stream()
                        .filter(chain -> {
                            Chain old = before.get(chain.name());
                            return old == null || !old.sameAs(chain);
                        })
                        .toList();
        List<ChainName> gone =
                before.keySet().stream().filter(name -> !after.containsKey(name)).toList();
        return new Outcome(written, gone, rules(after.values()) - rules(before.values()));
    }

    private static int rules(Collection<Chain> chains) {
        return chains.stream().mapToInt(chain -> chain.rules().size()).sum();
    }

    /// All chains, the root's among them.
    public List<Chain> chains(boolean comments) {
        Map<ChainName, Chain> all = new TreeMap<>();
        all.put(rootName, rootChain(comments));
        collect(root, comments, false, all);
        return List.copyOf(all.values());
    }

    private void collect(
            @Nullable Node node, boolean comments, boolean onlyNew, Map<ChainName, Chain> into) {
        if (node instanceof Branch branch && (!onlyNew || branch.edition == edition)) {
            if (isChain(branch)) {
                Chain chain = chain(branch, comments);
                into.put(chain.name(), chain);
            }
            for (Node child : branch.children) {
                collect(child, comments, onlyNew, into);
            }
        }
    }

    private Chain rootChain(boolean comments) {
        List<Rule> rules = new ArrayList<>();
        if (root != null) {
            addTo(rules, root, 0, comments);
        }
        return new Chain(rootName, rules);
    }

    private Chain chain(Branch branch, boolean comments) {
        List<Rule> rules = new ArrayList<>();
        addChildren(rules, branch, comments);
        return new Chain(name(branch), rules);
    }

    private void addChildren(List<Rule> rules, Branch branch, boolean comments) {
        for (Node child : branch.children) {
            if (child != null) {
                addTo(rules, child, branch.length, comments);
            }
        }
    }

    private void addTo(List<Rule> rules, Node node, int known, boolean comments) {
        switch (node) {
            case Leaf(var dispatch) -> rules.add(dispatch.rule(comments));
            case Branch branch when isChain(branch) ->
                    rules.add(
                            Rule.of(
                                    Target.jump(name(branch)),
                                    branch.sample.matches(known, branch.length)));
            case Branch branch -> addChildren(rules, branch, comments);
        }
    }

    /// A branch of the empty prefix is the root chain itself.
    private static boolean isChain(Branch branch) {
        return branch.count > FEW && branch.length > 0;
    }

    private ChainName name(Branch branch) {
        String prefix = branch.sample.prefixText(branch.length);
        return new ChainName(
                stem + (branch.length <= LONGEST_NAMED_PREFIX ? prefix : 'H' + Hash.of(prefix)));
    }

    private Node insert(Node node, Dispatch added, Map<ChainName, Chain> before) {
        int length = node.length();
        int common = added.common(node.sample(), length);
        if (common < length) {
            Branch branch = new Branch(added, common, edition);
            branch.put(node);
            branch.put(new Leaf(added));
            return branch;
        }
        if (!(node instanceof Branch branch)) {
            return new Leaf(added);
        }
        touch(branch, before);
        Node child = branch.child(added);
        branch.put(child == null ? new Leaf(added) : insert(child, added, before));
        return branch;
    }

    private @Nullable Node remove(Node node, Dispatch removed, Map<ChainName, Chain> before) {
        if (node instanceof Leaf(var dispatch)) {
            return dispatch.hasKeyOf(removed) && dispatch.target().equals(removed.target())
                    ? null
                    : node;
        }
        Branch branch = (Branch) node;
        if (removed.common(branch.sample, branch.length) < branch.length) {
            return branch;
        }
        touch(branch, before);
        Node child = branch.child(removed);
        if (child != null) {
            branch.set(removed.nibble(branch.length), remove(child, removed, before));
        }
        return branch.onlyChild().orElse(branch);
    }

    private void touch(Branch branch, Map<ChainName, Chain> before) {
        if (branch.edition != edition) {
            branch.edition = edition;
            if (isChain(branch)) {
                before.putIfAbsent(name(branch), chain(branch, false));
            }
        }
    }

    private sealed interface Node {
        /// How many nibbles all keys below have in common.
        int length();

        /// One of the keys below.
        Dispatch sample();

        int count();
    }

    private record Leaf(Dispatch sample) implements Node {
        @Override
        public int length() {
            return sample.nibbles();
        }

        @Override
        public int count() {
            return 1;
        }
    }

    private static final class Branch implements Node {
        private final Dispatch sample;
        private final int length;
        private final @Nullable Node[] children = new @Nullable Node[16];
        private int count;
        private long edition;

        Branch(Dispatch sample, int length, long edition) {
            this.sample = sample;
            this.length = length;
            this.edition = edition;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public Dispatch sample() {
            return sample;
        }

        @Override
        public int count() {
            return count;
        }

        @Nullable Node child(Dispatch key) {
            return children[key.nibble(length)];
        }

        void put(Node child) {
            set(child.sample().nibble(length), child);
        }

        void set(int nibble, @Nullable Node child) {
            children[nibble] = child;
            count = 0;
            for (Node each : children) {
                count += each == null ? 0 : each.count();
            }
        }

        /// The child, if there is but one: then this branch has no reason to be.
        java.util.Optional<Node> onlyChild() {
            List<Node> present = new ArrayList<>(2);
            for (Node each : children) {
                if (each != null) {
                    present.add(Objects.requireNonNull(each));
                }
            }
            return present.size() == 1
                    ? java.util.Optional.of(present.getFirst())
                    : java.util.Optional.empty();
        }
    }
}
