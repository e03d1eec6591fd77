package dev.swivel.iptables.render;

import dev.swivel.core.model.Disposition;
import dev.swivel.core.model.Frontend;
import dev.swivel.core.model.Protocol;
import dev.swivel.core.model.ResolvedPort;
import dev.swivel.core.model.ResolvedService;
import dev.swivel.core.model.SourceRanges;
import dev.swivel.netfilter.rule.Chain;
import dev.swivel.netfilter.rule.ChainName;
import dev.swivel.netfilter.rule.SetName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All that one service contributes to the kernel's state.
///
/// @param chains nat chains of its own
/// @param dispatch its entries in the dispatch trees
/// @param elements its elements in the sets; another service may have the same [Element.Hairpin]
/// @param affinity its affinity sets with their timeouts in seconds
public record ServiceRules(
        List<Chain> chains,
        List<Dispatch> dispatch,
        List<Element> elements,
        Map<SetName, Integer> affinity) {
    public static final ServiceRules NONE =
            new ServiceRules(List.of(), List.of(), List.of(), Map.of());

    public ServiceRules {
        chains = List.copyOf(chains);
        dispatch = List.copyOf(dispatch);
        elements = List.copyOf(elements);
    }

    /// @param comments whether rules say what they are for
    public static ServiceRules of(Layout layout, ResolvedService service, boolean comments) {
        return new ServiceRules(new Parts(layout, comments).addAll(service));
    }

    private ServiceRules(Parts parts) {
        this(parts.chains, parts.dispatch, parts.elements, parts.affinity);
    }

    private static final class Parts {
        private final Layout layout;
        private final boolean comments;
        private final List<Chain> chains = new ArrayList<>();
        private final List<Dispatch> dispatch = new ArrayList<>();
        private final List<Element> elements = new ArrayList<>();
        private final Map<SetName, Integer> affinity = new TreeMap<>();

        Parts(Layout layout, boolean comments) {
            this.layout = layout;
            this.comments = comments;
        }

        Parts addAll(ResolvedService service) {
            service.ports().forEach(this::add);
            if (service.healthCheckNodePort() != 0) {
                elements.add(
                        new Element.AnyPort(
                                ServiceSet.HEALTH_CHECK,
                                layout.family(),
                                Protocol.TCP,
                                service.healthCheckNodePort()));
            }
            return this;
        }

        private void add(ResolvedPort port) {
            PortRules rules = new PortRules(layout, port, comments);
            chains.addAll(rules.chains());
            rules.reachable()
                    .forEach(endpoint -> {
                        elements.add(
                                new Element.Hairpin(
                                        endpoint.address(), port.protocol(), endpoint.port()));
                        if (port.affinitySeconds() > 0) {
                            affinity.put(
                                    Names.affinity(port.name(), endpoint), port.affinitySeconds());
                        }
                    });
            port.frontends().forEach(frontend -> add(port, rules, frontend));
        }

        private void add(ResolvedPort port, PortRules rules, Frontend frontend) {
            switch (frontend) {
                case Frontend.ClusterIp(var address, var number) -> {
                    if (port.internal() instanceof Disposition.Balance(var set)) {
                        dispatch.add(
                                Dispatch.address(
                                        address,
                                        number,
                                        rules.internalChain(set),
                                        port.name(),
                                        " cluster IP"));
                    } else {
                        refuse(port, number, port.internal(), new Refusal.Cluster(address));
                    }
                }
                case Frontend.ExternalIp(var address, var number) -> {
                    if (rules.hasExternal()) {
                        dispatch.add(
                                Dispatch.address(
                                        address,
                                        number,
                                        Names.external(port.name()),
                                        port.name(),
                                        " external IP"));
                    }
                    refuse(port, number, port.external(), new Refusal.External(address));
                }
                case Frontend.LoadBalancerVip vip -> addVip(port, rules, vip);
                case Frontend.NodePort(var number) -> {
                    if (rules.hasExternal()) {
                        dispatch.add(
                                Dispatch.nodePort(
                                        layout.family(),
                                        number,
                                        Names.external(port.name()),
                                        port.name()));
                    }
                    refuse(port, number, port.external(), new Refusal.NodePort(layout.family()));
                }
            }
        }

        private void addVip(ResolvedPort port, PortRules rules, Frontend.LoadBalancerVip vip) {
            boolean restricted = port.sourceRanges() instanceof SourceRanges.Only;
            if (rules.hasExternal()) {
                ChainName chain =
                        restricted ? Names.admission(port.name()) : Names.external(port.name());
                dispatch.add(
                        Dispatch.address(
                                vip.address(), vip.port(), chain, port.name(), " loadbalancer IP"));
            }
            if (port.sourceRanges() instanceof SourceRanges.Only only) {
                elements.add(
                        new Element.IpPort(
                                ServiceSet.RESTRICTED, vip.address(), port.protocol(), vip.port()));
                if (port.external() instanceof Disposition.Reject) {
                    for (var source : rules.admitted(only)) {
                        elements.add(
                                new Element.Admitted(
                                        vip.address(), port.protocol(), vip.port(), source));
                    }
                }
            }
            refuse(port, vip.port(), port.external(), new Refusal.External(vip.address()));
        }

        /// Adds what the filter table needs to refuse traffic that no nat rule takes.
        private void refuse(ResolvedPort port, int number, Disposition how, Refusal where) {
            switch (how) {
                case Disposition.Balance(var _) -> {}
                case Disposition.Reject() ->
                        elements.add(where.element(true, port.protocol(), number));
                case Disposition.Drop() ->
                        elements.add(where.element(false, port.protocol(), number));
            }
        }
    }
}
