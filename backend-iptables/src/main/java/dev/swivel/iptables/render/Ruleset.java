package dev.swivel.iptables.render;

import dev.swivel.core.model.ProxyState;
import dev.swivel.iptables.rule.Chain;
import dev.swivel.iptables.rule.ChainName;
import dev.swivel.iptables.rule.Rule;
import dev.swivel.iptables.rule.SetName;
import dev.swivel.iptables.rule.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All that one IP family has in the kernel. Built only at a full sync, for an audit that found a
/// difference, and by tests.
///
/// @param chains by table; the built-in chains hold our jumps and nothing else
/// @param affinity the affinity sets with their timeouts in seconds
public record Ruleset(
        Layout layout,
        Map<Table, Map<ChainName, Chain>> chains,
        Set<Element> elements,
        Map<SetName, Integer> affinity) {

    /// What the kernel should hold for that state.
    ///
    /// @param comments whether rules say what they are for
    public static Ruleset of(Layout layout, ProxyState state, boolean comments) {
        DispatchTree addresses = DispatchTree.ofAddresses();
        DispatchTree nodePorts = DispatchTree.ofNodePorts();
        List<Chain> nat = new ArrayList<>();
        Set<Element> elements = new HashSet<>();
        Map<SetName, Integer> affinity = new HashMap<>();
        List<Dispatch> dispatch = new ArrayList<>();
        for (var service : state.services().values()) {
            ServiceRules rules = ServiceRules.of(layout, service, comments);
            nat.addAll(rules.chains());
            dispatch.addAll(rules.dispatch());
            elements.addAll(rules.elements());
            affinity.putAll(rules.affinity());
        }
        addresses.update(
                List.of(), dispatch.stream().filter(d -> !d.isNodePort()).toList(), comments);
        nodePorts.update(
                List.of(), dispatch.stream().filter(Dispatch::isNodePort).toList(), comments);
        nat.addAll(addresses.chains(comments));
        nat.addAll(nodePorts.chains(comments));
        return assemble(layout, nat, elements, affinity);
    }

    /// @param dynamic all chains of the nat table that depend on services, KUBE-SERVICES without
    ///   its last rules
    static Ruleset assemble(
            Layout layout,
            Collection<Chain> dynamic,
            Set<Element> elements,
            Map<SetName, Integer> affinity) {
        StaticChains fixed = new StaticChains(layout);
        Map<ChainName, Chain> nat = new HashMap<>();
        dynamic.forEach(chain -> nat.put(chain.name(), withTail(chain, fixed)));
        fixed.nat().forEach(chain -> nat.put(chain.name(), chain));
        Map<ChainName, Chain> filter = new HashMap<>();
        fixed.filter().forEach(chain -> filter.put(chain.name(), chain));
        List<Rule> guard = fixed.localnetGuard();
        if (!guard.isEmpty()) {
            filter.put(Names.FIREWALL, new Chain(Names.FIREWALL, guard));
        }
        for (var jump : Jumps.all(!guard.isEmpty())) {
            (jump.table() == Table.NAT ? nat : filter)
                    .merge(
                            jump.from(),
                            new Chain(jump.from(), List.of(jump.rule())),
                            (old, added) -> {
                                List<Rule> rules = new ArrayList<>(added.rules());
                                rules.addAll(old.rules());
                                return new Chain(old.name(), rules);
                            });
        }
        Map<Table, Map<ChainName, Chain>> chains = new EnumMap<>(Table.class);
        chains.put(Table.NAT, nat);
        chains.put(Table.FILTER, filter);
        return new Ruleset(layout, chains, elements, affinity);
    }

    /// KUBE-SERVICES ends with what sends traffic on to the node ports.
    static Chain withTail(Chain chain, StaticChains fixed) {
        if (!chain.name().equals(Names.SERVICES)) {
            return chain;
        }
        List<Rule> rules = new ArrayList<>(chain.rules());
        rules.addAll(fixed.toNodePorts());
        return new Chain(chain.name(), rules);
    }

    public Map<ChainName, Chain> chains(Table table) {
        return chains.getOrDefault(table, Map.of());
    }
}
