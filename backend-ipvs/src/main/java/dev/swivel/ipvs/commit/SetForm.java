package dev.swivel.ipvs.commit;

import dev.swivel.core.model.IpFamily;
import dev.swivel.ipvs.render.Delta;
import dev.swivel.ipvs.render.Element;
import dev.swivel.ipvs.render.ServiceSet;
import dev.swivel.linux.ipset.PacketMark;
import dev.swivel.linux.ipset.SetChange;
import dev.swivel.linux.ipset.SetElement;
import dev.swivel.linux.ipset.SetSpec;
import dev.swivel.linux.ipset.SetType;
import dev.swivel.netfilter.commit.Families;
import dev.swivel.netfilter.commit.SetDelta;
import dev.swivel.netfilter.commit.SetLayout;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// Sets and elements as the kernel knows them.
final class SetForm {
    private static final int MAX_ELEMENTS = 1 << 20;
    private static final int LAST_PORT = 65535;

    private SetForm() {}

    static SetSpec spec(ServiceSet set, IpFamily family) {
        String name = set.name(family).text();
        return switch (set.kind()) {
            case IP -> hash(name, SetType.HASH_IP, family);
            case IP_PORT -> hash(name, SetType.HASH_IP_PORT, family);
            case MARKED_IP_PORT -> hash(name, SetType.HASH_IP_PORT, family).marking();
            case IP_PORT_IP -> hash(name, SetType.HASH_IP_PORT_IP, family);
            case IP_PORT_NET -> hash(name, SetType.HASH_IP_PORT_NET, family);
            case PORT -> SetSpec.ports(name, 0, LAST_PORT);
        };
    }

    private static SetSpec hash(String name, SetType type, IpFamily family) {
        return SetSpec.hash(name, type, Families.linux(family)).withMaxElements(MAX_ELEMENTS);
    }

    static String spareName(IpFamily family) {
        return family == IpFamily.IPV4 ? "KUBE-IPVS-SPARE" : "KUBE-6-IPVS-SPARE";
    }

    static SetLayout layout(IpFamily family) {
        return new SetLayout(
                Arrays.stream(ServiceSet.values()).map(set -> spec(set, family)).toList(),
                spareName(family),
                _ -> false);
    }

    static SetDelta delta(Delta delta, IpFamily family) {
        return new SetDelta(
                List.copyOf(adding(delta.added(), family)),
                List.copyOf(adding(delta.remarked(), family)),
                delta.removed().stream()
                        .map(each -> (SetChange) SetChange.delete(name(each, family), of(each)))
                        .toList(),
                List.of(),
                List.of());
    }

    static List<SetChange.Add> adding(Collection<Element> elements, IpFamily family) {
        return elements.stream()
                .map(element -> {
                    SetChange.Add add = SetChange.add(name(element, family), of(element));
                    return element instanceof Element.MarkedIpPort marked
                            ? add.withMark(PacketMark.of(marked.mark()))
                            : add;
                })
                .toList();
    }

    private static String name(Element element, IpFamily family) {
        return element.set().name(family).text();
    }

    private static SetElement of(Element element) {
        return switch (element) {
            case Element.Ip(var _, var address) -> new SetElement.Ip(address.toInetAddress());
            case Element.Port(var _, var port) -> new SetElement.Port(port);
            case Element.IpPort(var _, var address, var protocol, var port) ->
                    new SetElement.IpPort(address.toInetAddress(), protocol.number(), port);
            case Element.MarkedIpPort(var _, var address, var protocol, var port, var _) ->
                    new SetElement.IpPort(address.toInetAddress(), protocol.number(), port);
            case Element.IpPortIp(var _, var address, var protocol, var port, var source) ->
                    new SetElement.IpPortIp(
                            address.toInetAddress(),
                            protocol.number(),
                            port,
                            source.toInetAddress());
            case Element.IpPortNet(var _, var address, var protocol, var port, var source) ->
                    new SetElement.IpPortNet(
                            address.toInetAddress(),
                            protocol.number(),
                            port,
                            source.address().toInetAddress(),
                            source.prefix());
        };
    }
}
