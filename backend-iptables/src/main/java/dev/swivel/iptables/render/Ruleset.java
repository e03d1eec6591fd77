package dev.swivel.iptables.render;

import dev.swivel.core.model.ProxyState;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Jump;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.SetName;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.WantedTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
    public static Ruleset of(Layout layout, ProxyState state) {
        return of(new Programmed(layout), state.services().values());
    }

    /// Programs those services into an empty `programmed`.
    public static Ruleset of(Programmed programmed, Collection<ResolvedService> services) {
        Delta all =
                programmed.update(
                        services.stream()
                                .map(service ->
                                        new Programmed.Step(Optional.empty(), Optional.of(service)))
                                .toList());
        return assemble(
                programmed.layout(), all.written(), all.elementsAdded(), all.affinityWritten());
    }

    /// @param dynamic all chains of the nat table that depend on services
    private static Ruleset assemble(
            Layout layout,
            Collection<Chain> dynamic,
            Set<Element> elements,
            Map<SetName, Integer> affinity) {
        StaticChains fixed = new StaticChains(layout);
        Map<ChainName, Chain> nat = new HashMap<>();
        nat.put(Names.SERVICES, new Chain(Names.SERVICES, fixed.toNodePorts()));
        nat.put(Names.NODEPORTS, new Chain(Names.NODEPORTS, List.of()));
        dynamic.forEach(chain -> nat.put(chain.name(), chain));
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

    /// The rules in built-in chains that lead to ours.
    public List<Jump> jumps() {
        return Jumps.all(chains(Table.FILTER).containsKey(Names.FIREWALL));
    }

    /// How many rules a table holds because of us.
    public int rules(Table table) {
        return chains(table).values().stream().mapToInt(chain -> chain.rules().size()).sum();
    }

    public Map<ChainName, Chain> chains(Table table) {
        return chains.getOrDefault(table, Map.of());
    }

    /// What a table should hold, for a comparison with what it does.
    public WantedTable table(Table table) {
        List<Jump> jumps = jumps().stream().filter(jump -> jump.table() == table).toList();
        Set<ChainName> builtIn = jumps.stream().map(Jump::from).collect(Collectors.toSet());
        return new WantedTable(
                table,
                chains(table).values().stream()
                        .filter(chain -> !builtIn.contains(chain.name()))
                        .toList(),
                Set.of(Names.FIREWALL),
                jumps,
                chain -> table == Table.NAT && Names.isDynamic(chain));
    }
}
