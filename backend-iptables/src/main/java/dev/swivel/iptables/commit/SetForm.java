package dev.swivel.iptables.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.iptables.render.Delta;
import dev.swivel.iptables.render.Element;
import dev.swivel.iptables.render.Names;
import dev.swivel.iptables.render.ServiceSet;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipset.SetSpec;
import dev.swivel.linux.ipset.SetType;
import dev.swivel.netfilter.commit.AnyPort;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.SetDelta;
import dev.swivel.netfilter.commit.SetLayout;
import dev.swivel.netfilter.rule.SetName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/// Sets and elements as the kernel knows them.
final class SetForm {
    private static final int MAX_ELEMENTS = 1 << 20;
    private static final int AFFINITY_BUCKETS = 64; // there is one set per endpoint; it grows

    private SetForm() {}

    static SetSpec spec(ServiceSet set, IpFamily family) {
        SetType type =
                switch (set.kind()) {
                    case IP_PORT -> SetType.HASH_IP_PORT;
                    case IP_PORT_IP -> SetType.HASH_IP_PORT_IP;
                    case IP_PORT_NET -> SetType.HASH_IP_PORT_NET;
                    case ANY_PORT -> SetType.HASH_NET_PORT;
                };
        return SetSpec.hash(set.name(family).text(), type, Families.linux(family))
                .withMaxElements(MAX_ELEMENTS);
    }

    static SetSpec affinity(SetName name, IpFamily family, int timeoutSeconds) {
        return SetSpec.hash(name.text(), SetType.HASH_IP, Families.linux(family))
                .withHashSize(AFFINITY_BUCKETS)
                .withMaxElements(MAX_ELEMENTS)
                .withTimeout(Duration.ofSeconds(timeoutSeconds));
    }

    /// Mostly one; a port on every address is two, because the kernel takes no /0.
    static List<SetElement> elements(Element element) {
        return switch (element) {
            case Element.IpPort(var _, var address, var protocol, var port) ->
                    List.of(
                            new SetElement.IpPort(
                                    address.toInetAddress(), protocol.number(), port));
            case Element.Hairpin(var address, var protocol, var port) ->
                    List.of(
                            new SetElement.IpPortIp(
                                    address.toInetAddress(),
                                    protocol.number(),
                                    port,
                                    address.toInetAddress()));
            case Element.Admitted(var address, var protocol, var port, var source) ->
                    List.of(
                            new SetElement.IpPortNet(
                                    address.toInetAddress(),
                                    protocol.number(),
                                    port,
                                    source.address().toInetAddress(),
                                    source.prefix()));
            case Element.AnyPort(var _, var family, var protocol, var port) ->
                    AnyPort.elements(family, protocol, port);
        };
    }

    /// The sets of this backend in one IP family.
    static SetLayout layout(IpFamily family) {
        return new SetLayout(
                Arrays.stream(ServiceSet.values()).map(set -> spec(set, family)).toList(),
                family == IpFamily.IPV4 ? "KUBE-IPT-SPARE" : "KUBE-6-IPT-SPARE",
                name -> name.startsWith(Names.affinityPrefix(family)));
    }

    static SetDelta delta(Delta delta, IpFamily family) {
        return new SetDelta(
                List.copyOf(adding(delta.elementsAdded(), family)),
                List.of(),
                List.copyOf(changes(delta.elementsRemoved(), family, SetChange::delete)),
                affinity(delta.affinityWritten(), family),
                delta.affinityRemoved().stream().map(SetName::text).toList());
    }

    /// What adds those elements to their sets.
    static List<SetChange.Add> adding(Set<Element> elements, IpFamily family) {
        return changes(elements, family, SetChange::add);
    }

    private static <T> List<T> changes(
            Set<Element> elements, IpFamily family, BiFunction<String, SetElement, T> change) {
        List<T> changes = new ArrayList<>();
        for (Element element : elements) {
            String set = element.set().name(family).text();
            elements(element).forEach(each -> changes.add(change.apply(set, each)));
        }
        return changes;
    }

    static List<SetSpec> affinity(Map<SetName, Integer> sets, IpFamily family) {
        return sets.entrySet().stream()
                .map(each -> affinity(each.getKey(), family, each.getValue()))
                .toList();
    }
}
