package dev.swivel.lab.scenario.traced;

import dev.swivel.core.config.ProxyConfig;
import dev.swivel.core.model.IpAddress;
import dev.swivel.core.model.IpFamily;
import dev.swivel.core.model.LocalTraffic;
import dev.swivel.core.model.NodePortAddresses;
import dev.swivel.core.model.ProxyState;
import dev.swivel.iptables.render.Layout;
import dev.swivel.iptables.render.Ruleset;
import dev.swivel.iptables.trace.Outcome;
import dev.swivel.iptables.trace.Packet;
import dev.swivel.iptables.trace.Trace;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.Rule;
import dev.swivel.netfilter.rule.RuleText;
import dev.swivel.netfilter.rule.SetName;
import dev.swivel.netfilter.rule.Table;
import dev.swivel.netfilter.rule.Target;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The iptables backend's rules.
public final class IptablesRules implements NodeRules {
    private final ProxyConfig config;
    private final Map<IpFamily, Ruleset> rules = new EnumMap<>(IpFamily.class);
    private final Map<SetName, Set<IpAddress>> remembered = new HashMap<>();

    public IptablesRules(ProxyConfig config) {
        this.config = config;
    }

    @Override
    public void program(ProxyState state) {
        Ruleset before = rules.put(state.family(), Ruleset.of(layout(state), state));
        if (before != null) {
            // A set that is removed forgets its clients.
            Set<SetName> gone = new HashSet<>(before.affinity().keySet());
            gone.removeAll(rules(state.family()).affinity().keySet());
            gone.forEach(remembered::remove);
        }
    }

    private Layout layout(ProxyState state) {
        return new Layout(
                        state.family(),
                        config.iptables().masqueradeBit(),
                        config.iptables().masqueradeAll(),
                        true,
                        true,
                        true,
                        List.of(),
                        LocalTraffic.UNKNOWN,
                        NodePortAddresses.ALL,
                        false)
                .with(state.node());
    }

    @Override
    public Set<Verdict> walk(NodePacket packet) {
        var outcomes =
                Trace.of(
                        rules(packet.destination().family()),
                        new Packet(
                                packet.source(),
                                packet.inInterface(),
                                packet.destination(),
                                packet.protocol(),
                                packet.port(),
                                packet.nodeAddresses()),
                        remembered);
        return outcomes.stream().map(IptablesRules::verdict).collect(Collectors.toSet());
    }

    private static Verdict verdict(Outcome outcome) {
        return switch (outcome) {
            case Outcome.ToEndpoint(var address, var port, var masqueraded) ->
                    new Verdict.Translated(address, port, masqueraded);
            case Outcome.Rejected() -> new Verdict.Rejected();
            case Outcome.Dropped() -> new Verdict.Dropped();
            case Outcome.NotCaptured(_) -> new Verdict.NotCaptured();
        };
    }

    @Override
    public void served(IpAddress client, IpAddress endpoint, int port) {
        for (Chain chain : rules(endpoint.family()).chains(Table.NAT).values()) {
            if (chain.rules().stream()
                    .anyMatch(rule -> rule.target().equals(new Target.Dnat(endpoint, port)))) {
                for (Rule rule : chain.rules()) {
                    if (rule.target() instanceof Target.RememberSource(var set, _)) {
                        remembered.computeIfAbsent(set, _ -> new HashSet<>()).add(client);
                    }
                }
            }
        }
    }

    @Override
    public String describe(IpFamily family) {
        var text = new StringBuilder();
        for (Table table : Table.values()) {
            text.append('*').append(table).append('\n');
            rules(family).chains(table).entrySet().stream()
                    .sorted(
                            Map.Entry.comparingByKey(
                                    (a, b) -> a.toString().compareTo(b.toString())))
                    .forEach(entry -> append(entry.getKey(), entry.getValue(), text));
        }
        rules(family).elements().stream()
                .map(Object::toString)
                .sorted()
                .forEach(element -> text.append("add ").append(element).append('\n'));
        return text.toString();
    }

    private static void append(ChainName name, Chain chain, StringBuilder text) {
        chain.rules().forEach(rule -> text.append(RuleText.append(name, rule)).append('\n'));
    }

    private Ruleset rules(IpFamily family) {
        Ruleset ruleset = rules.get(family);
        if (ruleset == null) {
            throw new IllegalStateException("nothing is programmed for " + family.label());
        }
        return ruleset;
    }
}
